package io.sluice.cli.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that stay the same while processes come and go: below those that the kernel gives to anybody who asks. */
public final class FreePorts {
    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 31_000;

    private int next = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);

    /** The next one that is free. */
    public int next() throws IOException {
        for (int tried = LOWEST; tried < HIGHEST; tried++) {
            next = next + 1 < HIGHEST ? next + 1 : LOWEST;
            if (isFree(next)) {
                return next;
            }
        }
        throw new IOException("no free port in " + LOWEST + ".." + HIGHEST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
