package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * A check that sends one harmless request to the bootstrap servers, to notice addresses where something other than
 * Kafka answers.
 *
 * <p>Kafka's clients take the first four bytes of an answer as its size, and reserve that much memory. At an HTTP
 * port that is 1.2 GB, at a TLS port 350 MB, which ends in an OutOfMemoryError. Silence is no error: the broker may
 * still be starting.
 */
final class BrokerProbe {
    /** Further addresses are not probed; the first ones are enough to notice a wrong port. */
    private static final int SERVERS_MAX = 8;

    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int HEAD_BYTES = 5;
    private static final short API_VERSIONS = 18;
    private static final int CORRELATION_ID = 1;
    private static final String CLIENT_ID = "sluice-probe";
    /** No answer to this request is near as large. */
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_MAJOR_VERSION = 3;

    private BrokerProbe() {}

    static void check(Map<String, String> kafka) throws CommandFailure {
        String protocol = kafka.getOrDefault("security.protocol", "PLAINTEXT").toUpperCase(Locale.ROOT);
        if (!protocol.endsWith("PLAINTEXT")) {
            // Kafka's own TLS handshake says what is wrong, before any size is read.
            return;
        }
        String[] servers = kafka.getOrDefault("bootstrap.servers", "").split(",");
        for (int i = 0; i < Math.min(servers.length, SERVERS_MAX); i++) {
            String server = servers[i].strip();
            int colon = server.lastIndexOf(':');
            if (colon > 0) {
                refuseOthers(server, answer(server.substring(0, colon), server.substring(colon + 1)));
            }
        }
    }

    private static void refuseOthers(String server, byte[] head) throws CommandFailure {
        if (head.length < HEAD_BYTES) {
            return;
        }
        if ((head[0] == TLS_ALERT || head[0] == TLS_HANDSHAKE) && head[1] == TLS_MAJOR_VERSION) {
            throw new CommandFailure("bootstrap server " + server
                    + ": TLS answers there (expected: with TLS, security.protocol=SSL or SASL_SSL)");
        }
        if (new String(head, StandardCharsets.US_ASCII).startsWith("HTTP")) {
            throw new CommandFailure(
                    "bootstrap server " + server + ": HTTP answers there (expected: the port of a Kafka broker)");
        }
        int size = (head[0] & 0xff) << 24 | (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | head[3] & 0xff;
        if (size < 0 || size > ANSWER_BYTES_MAX) {
            throw new CommandFailure("bootstrap server " + server
                    + ": what answers there is not Kafka (expected: the port of a Kafka broker)");
        }
    }

    /** The first bytes, also if the connection breaks behind them. */
    private static byte[] head(InputStream in) throws IOException {
        byte[] head = new byte[HEAD_BYTES];
        int count = 0;
        try {
            int next = in.read();
            while (next >= 0) {
                head[count++] = (byte) next;
                next = count < HEAD_BYTES ? in.read() : -1;
            }
        } catch (IOException e) {
            if (count == 0) {
                throw e;
            }
        }
        return Arrays.copyOf(head, count);
    }

    /** The first bytes of the answer; none if there is none in time. */
    private static byte[] answer(String host, String port) {
        try (Socket socket = new Socket()) {
            String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            socket.connect(new InetSocketAddress(bare, Integer.parseInt(port)), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            byte[] clientId = CLIENT_ID.getBytes(StandardCharsets.US_ASCII);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(Short.BYTES + Short.BYTES + Integer.BYTES + Short.BYTES + clientId.length);
            out.writeShort(API_VERSIONS);
            out.writeShort(0);
            out.writeInt(CORRELATION_ID);
            out.writeShort(clientId.length);
            out.write(clientId);
            out.flush();
            return head(socket.getInputStream());
        } catch (IOException | IllegalArgumentException e) {
            // Unreachable, silent, or no address: Kafka's client reports these better, and retries if that makes sense.
            return new byte[0];
        }
    }
}
