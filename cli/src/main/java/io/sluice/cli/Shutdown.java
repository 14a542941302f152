package io.sluice.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of everything that a long-running command has started; it is closed in reverse order when the process stops.
 *
 * <p>SIGINT and SIGTERM run the hook; a failure during start-up closes what is there by {@link #close}.
 */
public final class Shutdown implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable String failure;

    public Shutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "sluice-shutdown"));
    }

    /** Takes over something that was started. */
    public synchronized <T extends AutoCloseable> T add(T resource) {
        started.push(resource);
        return resource;
    }

    /** Moves something that was added to the front: it is closed before everything added so far. */
    public synchronized void closeFirst(AutoCloseable resource) {
        if (started.remove(resource)) {
            started.push(resource);
        }
    }

    /**
     * Waits until everything is closed.
     *
     * @throws CommandFailure if something that was started cannot continue
     */
    public void await() throws CommandFailure {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String line = failure;
        if (line != null) {
            throw new CommandFailure(line);
        }
    }

    /** Makes {@link #await} end with a failure: something that was started cannot continue. */
    public void fail(String line) {
        failure = line;
        ended.countDown();
    }

    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            AutoCloseable resource = started.pop();
            try {
                resource.close();
            } catch (Exception e) {
                // One that fails to close must not keep the others open.
                LOG.warn("closing {} failed", resource.getClass().getSimpleName(), e);
            }
        }
        ended.countDown();
    }
}
