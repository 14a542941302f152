package io.sluice.cli.replay;

import io.sluice.replay.run.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A watch that shows the progress of a run, and lets Ctrl-C end it cleanly: the hook asks the run to stop, and waits
 * until it has deleted its files.
 */
final class RunWatch implements AutoCloseable {
    private static final long SHOWN_MILLIS = 500;
    private static final long STOP_SECONDS_MAX = 20;
    private static final int BAR_CHARS = 30;
    private static final double PERCENT = 100;

    private final Progress progress;
    private final PrintWriter terminal;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "sluice-replay-stop");
    private final Thread display = new Thread(this::show, "sluice-replay-progress");
    private final boolean isShown;
    private final long startNanos = System.nanoTime();

    /**
     * A watch that has not begun.
     *
     * @param isShown whether somebody sees the terminal
     */
    RunWatch(Progress progress, PrintWriter terminal, boolean isShown) {
        this.progress = progress;
        this.terminal = terminal;
        this.isShown = isShown;
    }

    /** From now on, the run is shown, and stopped with the process. */
    void begin() {
        Runtime.getRuntime().addShutdownHook(hook);
        if (isShown) {
            display.setDaemon(true);
            display.start();
        }
    }

    private void stopAndWait() {
        progress.stop();
        try {
            if (!ended.await(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                terminal.println("sluice: the run did not stop in time; its files stay in the work directory");
                terminal.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        try {
            while (!ended.await(SHOWN_MILLIS, TimeUnit.MILLISECONDS)) {
                terminal.print("\r" + line(progress, Duration.ofNanos(System.nanoTime() - startNanos)));
                terminal.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Such as {@code [#####.....]  50.0 %  212,000 records/s  12 s left}. */
    static String line(Progress progress, Duration passed) {
        double share = progress.share();
        double seconds = Math.max(1, passed.toMillis()) / 1_000.0;
        int full = (int) (share * BAR_CHARS);
        String left = share == 0 ? "?" : String.format(Locale.ROOT, "%.0f", seconds / share * (1 - share));
        return "[" + "#".repeat(full) + ".".repeat(BAR_CHARS - full) + "]"
                + String.format(
                        Locale.ROOT,
                        " %5.1f %%  %,.0f records/s  %s s left   ",
                        share * PERCENT,
                        progress.records() / seconds,
                        left);
    }

    /** After the run, however it ended. */
    @Override
    public void close() {
        ended.countDown();
        if (isShown) {
            terminal.print("\r" + " ".repeat(2 * BAR_CHARS + BAR_CHARS) + "\r");
            terminal.flush();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and has just been released.
            terminal.flush();
        }
    }
}
