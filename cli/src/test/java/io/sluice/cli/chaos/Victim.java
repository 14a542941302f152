package io.sluice.cli.chaos;

import java.io.IOException;

/** A process that faults happen to. */
interface Victim {
    String name();

    /** SIGKILL. */
    void kill() throws IOException, InterruptedException;

    /** SIGSTOP. */
    void pause() throws IOException, InterruptedException;

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException;

    /** Starts it again where it was, if it does not run; does not wait until it is ready. */
    void start() throws IOException;

    /** SIGTERM; returns once it has ended. */
    void stop() throws IOException, InterruptedException;
}
