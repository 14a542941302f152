package io.sluice.streams.webhooks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A receiver of webhooks on a loopback address, which answers as a test has it answer. */
final class Receiver implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicReference<Answer> answer = new AtomicReference<>(status(200));

    /** A message that was posted. */
    record Message(String line, Map<String, String> headers, byte[] body) {
        String id() {
            return headers.getOrDefault(WebhookSender.ID, "");
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Answers a message; the connection is closed afterwards. */
    @FunctionalInterface
    interface Answer {
        void to(Message message, OutputStream out) throws IOException;
    }

    Receiver() throws IOException {
        Thread accepting = new Thread(this::accept, "receiver");
        accepting.setDaemon(true);
        accepting.start();
    }

    static Answer status(int status, String... headers) {
        return text("HTTP/1.1 " + status + " As asked\r\n" + String.join("", headers) + "content-length: 2\r\n\r\nok");
    }

    static Answer text(String text) {
        return (message, out) -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    void answers(Answer next) {
        answer.set(next);
    }

    List<Message> messages() {
        return messages;
    }

    int port() {
        return listening.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/hook?token=hidden";
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                Thread serving = new Thread(() -> serve(socket), "receiver-connection");
                serving.setDaemon(true);
                serving.start();
            } catch (IOException e) {
                // Closed, and the loop ends.
                continue;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String line = line(in);
            Map<String, String> headers = new LinkedHashMap<>();
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            Message message = new Message(
                    line, headers, in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
            messages.add(message);
            answer.get().to(message, socket.getOutputStream());
        } catch (IOException | RuntimeException e) {
            // The sender went away, or sent no HTTP; the test looks at what it thinks of that.
            open.remove(socket);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the end");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
