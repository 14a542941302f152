package io.sluice.api;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection, on which bytes are sent as they are and answers are read one by one. */
final class RawConnection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    /** An answer as it came. */
    record Reply(int status, String head, String body) {
        boolean closes() {
            return head.toLowerCase(Locale.ROOT).contains("connection: close");
        }
    }

    RawConnection(int port) throws IOException {
        this(port, 0);
    }

    private RawConnection(int port, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** One on which little waits to be read: the server is stuck with what nobody reads. */
    static RawConnection narrow(int port) throws IOException {
        return new RawConnection(port, 4_096);
    }

    static String post(String path, String body) {
        return head("POST", path, "Content-Length: " + body.length()) + body;
    }

    static String head(String method, String path, String... fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n";
    }

    RawConnection send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    RawConnection send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    Reply read() throws IOException {
        String head = readHead();
        int length = 0;
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return new Reply(
                Integer.parseInt(head.split(" ")[1]), head, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("closed after " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** Sends one request that is the last of its connection, and reads the status and the fields of its answer. */
    static Reply ask(int port, String request) throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            String all = connection
                    .send(request.replaceFirst("\r\n", "\r\nConnection: close\r\n"))
                    .readAll();
            int end = all.indexOf("\r\n\r\n") + 4;
            return new Reply(Integer.parseInt(all.split(" ")[1]), all.substring(0, end), all.substring(end));
        }
    }

    /** Says that no more is sent, and goes on listening. */
    RawConnection endOfInput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** All that is still to come, until the server closes. */
    String readAll() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
