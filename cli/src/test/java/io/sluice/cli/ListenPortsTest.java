package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** What is said of places where nobody can listen. */
final class ListenPortsTest {
    private static final String EXPECTED =
            " (expected: an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them)";

    private static void assertRefused(String message, String host, int... ports) {
        assertThatThrownBy(() -> {
                    ListenPorts checked = ListenPorts.on(host);
                    for (int i = 0; i < ports.length; i++) {
                        checked = checked.tried("abc".substring(i, i + 1), ports[i]);
                    }
                })
                .isInstanceOf(CommandFailure.class)
                .hasMessage(message);
    }

    @Test
    void shouldSayWhatIsWrong() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            int free;
            try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                free = other.getLocalPort();
            }

            // When / Then
            assertRefused(
                    "a port 127.0.0.1:" + port + " is in use (expected: a free one, with --a-port)", "127.0.0.1", port);
            assertRefused(
                    "c port: " + free + ", which is the a port (expected: another one)", "127.0.0.1", free, 0, free);
            assertRefused("host 192.0.2.1 is not an address of this machine" + EXPECTED, "192.0.2.1", free);
            assertRefused("host no-such-host.invalid is unknown" + EXPECTED, "no-such-host.invalid", free);
            assertRefused("a port: 65536 (expected: 0..65535)", "127.0.0.1", 65_536);
            assertThat(ListenPorts.on("127.0.0.7").tried("a", 0).tried("b", 0).tried("c", free))
                    .isNotNull();
        }
    }
}
