package io.sluice.cli.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that forwards to another one, until it is told otherwise: it can hold everything back, as a network does that
 * loses its packets, cut every connection, or deliver late.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 16_384;
    private static final int CONNECT_MILLIS = 2_000;

    private final InetSocketAddress target;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();
    private Mode mode = Mode.FORWARD;
    private volatile long delayMillis;

    private enum Mode {
        FORWARD,
        HOLD,
        CUT
    }

    private TcpProxy(ServerSocket listening, InetSocketAddress target) {
        this.listening = listening;
        this.target = target;
    }

    /** Forwards from a port to another, both on the loopback address. */
    public static TcpProxy start(int port, int targetPort) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TcpProxy proxy = new TcpProxy(
                new ServerSocket(port, /* backlog= */ 200, loopback), new InetSocketAddress(loopback, targetPort));
        daemon(proxy::accept, "proxy on " + port);
        return proxy;
    }

    private static void daemon(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, /* stackSize= */ 128 << 10);
        thread.setDaemon(true);
        thread.start();
    }

    /** Keeps connections and delivers nothing, until {@link #forward}; what was sent meanwhile then arrives. */
    public void hold() {
        change(Mode.HOLD);
    }

    /** Ends every connection, and each new one at once, until {@link #forward}. */
    void cut() {
        change(Mode.CUT);
        open.forEach(TcpProxy::end);
    }

    /** Delivers at once, and what was held first. */
    public void forward() {
        delayMillis = 0;
        change(Mode.FORWARD);
    }

    /** Delivers this much later, in both directions, until {@link #forward}. */
    void delay(long millis) {
        delayMillis = millis;
    }

    private void change(Mode next) {
        synchronized (changed) {
            mode = next;
            changed.notifyAll();
        }
    }

    /** Waits while everything is held; whether the connection goes on after that. */
    private boolean passes() throws InterruptedException {
        synchronized (changed) {
            while (mode == Mode.HOLD) {
                changed.wait();
            }
            return mode == Mode.FORWARD;
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                daemon(() -> connect(client), "proxy to " + target.getPort());
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        open.add(client);
        open.add(server);
        try {
            if (passes()) {
                server.connect(target, CONNECT_MILLIS);
                server.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                daemon(() -> pump(server, client), "proxy from " + target.getPort());
                pump(client, server);
                return;
            }
        } catch (IOException e) {
            // Nobody listens there: the caller sees a connection that ends.
            end(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended(client, server);
    }

    private void pump(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(chunk); length >= 0 && passes(); length = in.read(chunk)) {
                if (delayMillis > 0) {
                    Thread.sleep(delayMillis);
                }
                out.write(chunk, 0, length);
            }
        } catch (IOException e) {
            // Either side ended it; so does the other one now.
            end(from);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended(from, to);
    }

    private void ended(Socket one, Socket other) {
        end(one);
        end(other);
        open.remove(one);
        open.remove(other);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a socket", e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
    }
}
