package io.sluice.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

final class TcpProxyTest {
    private static final int SOON_MILLIS = 300;
    private static final int WITHIN_MILLIS = 20_000;

    @Test
    void shouldDeliverLater_whenItHeldBytesBack() throws IOException {
        int port = new FreePorts().next();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TcpProxy proxy = TcpProxy.start(port, server.getLocalPort());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket accepted = server.accept()) {
            // Given
            client.getOutputStream().write(1);
            accepted.setSoTimeout(WITHIN_MILLIS);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);

            // When
            proxy.hold();
            client.getOutputStream().write(2);

            // Then
            accepted.setSoTimeout(SOON_MILLIS);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            // When
            proxy.forward();

            // Then
            accepted.setSoTimeout(WITHIN_MILLIS);
            assertThat(accepted.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void shouldEndConnections_whenItCuts() throws IOException {
        int port = new FreePorts().next();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TcpProxy proxy = TcpProxy.start(port, server.getLocalPort());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket accepted = server.accept()) {
            // Given
            accepted.getOutputStream().write(1);
            client.setSoTimeout(WITHIN_MILLIS);
            assertThat(client.getInputStream().read()).isEqualTo(1);

            // When
            proxy.cut();

            // Then
            assertThat(endOf(client)).isTrue();
        }
    }

    /** A connection ends with an end of its stream, or with a reset. */
    private static boolean endOf(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
