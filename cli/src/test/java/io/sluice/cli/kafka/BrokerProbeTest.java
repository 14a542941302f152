package io.sluice.cli.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said when something else than Kafka listens where Kafka should. */
final class BrokerProbeTest {
    /** A port that reads a little of each request and always answers the same. */
    private static final class Port implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

        Port(byte[] answer) throws IOException {
            Thread thread = new Thread(() -> serve(answer));
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(byte[] answer) {
            while (!socket.isClosed()) {
                try (Socket caller = socket.accept()) {
                    // All of the request: a connection that is closed before takes its answer with it.
                    DataInputStream in = new DataInputStream(caller.getInputStream());
                    in.readNBytes(in.readInt());
                    caller.getOutputStream().write(answer);
                    caller.getOutputStream().flush();
                } catch (IOException e) {
                    // The next caller, or the end of the test.
                    continue;
                }
            }
        }

        Map<String, String> kafka() {
            return Map.of("bootstrap.servers", "localhost:1, 127.0.0.1:" + socket.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void assertRefused(byte[] answer, String message) throws IOException {
        try (Port port = new Port(answer)) {
            assertThatThrownBy(() -> BrokerProbe.check(port.kafka()))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageStartingWith("bootstrap server 127.0.0.1:")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void shouldSayWhatAnswers_whenItIsNotKafka() throws Exception {
        // Given
        // When / Then
        assertRefused("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "HTTP answers there");
        assertRefused(new byte[] {0x15, 3, 3, 0, 2, 2, 10}, "security.protocol=SSL");
        assertRefused("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII), "is not Kafka");
        assertRefused(new byte[] {-1, -1, -1, -1, 0}, "is not Kafka");
    }

    @Test
    void shouldLeaveItToKafka_whenNothingIsCertain() throws Exception {
        // Given: an answer as a broker gives it, silence, nobody there, and a TLS client
        byte[] sound = {0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};

        // When / Then
        try (Port broker = new Port(sound);
                Port closes = new Port(new byte[0]);
                Port http = new Port("HTTP/1.1 400 \r\n".getBytes(StandardCharsets.US_ASCII))) {
            assertThatCode(() -> BrokerProbe.check(broker.kafka())).doesNotThrowAnyException();
            assertThatCode(() -> BrokerProbe.check(closes.kafka())).doesNotThrowAnyException();
            assertThatCode(() -> BrokerProbe.check(Map.of(
                            "security.protocol",
                            "SSL",
                            "bootstrap.servers",
                            http.kafka().get("bootstrap.servers"))))
                    .doesNotThrowAnyException();
        }
        assertThatCode(() -> BrokerProbe.check(Map.of("bootstrap.servers", "localhost:1,nonsense,[::1]:1,h:99999")))
                .doesNotThrowAnyException();
    }
}
