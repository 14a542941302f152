package io.sluice.cli.chaos;

import java.io.IOException;

/** What a process cannot refuse. */
final class Signals {
    private Signals() {}

    static void stop(long pid) throws IOException, InterruptedException {
        send("-STOP", pid);
    }

    static void go(long pid) throws IOException, InterruptedException {
        send("-CONT", pid);
    }

    private static void send(String signal, long pid) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor() != 0) {
            throw new IOException("kill " + signal + " " + pid + " failed");
        }
    }
}
