package io.sluice.api.server;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request. No thread waits while it is read. It has its own bound, and counts towards the bound of
 * all bodies; its memory grows with the bytes that arrive.
 */
final class Body {
    /**
     * How much of an unwanted body is read nevertheless. Most callers read the answer only after they have sent the
     * whole body; otherwise they would see a reset connection instead of the answer.
     */
    private static final int DISCARDED_BYTES_MAX = 1 << 20;

    /** How long its sender may take for that. */
    private static final long DISCARDED_MILLIS_MAX = 2_000;

    private static final int FIRST_BYTES = 256;
    private static final byte[] NONE = {};

    private final Request request;
    private final BodyRoom room;
    private final long startedNanos = System.nanoTime();
    private byte[] bytes = NONE;
    private int count;
    private boolean isOver;
    private boolean isBroken;
    private @Nullable HttpAnswer refusal;

    /** The result of reading. */
    sealed interface Read {}

    /** All of the body. */
    record Whole(byte[] bytes) implements Read {}

    /** The answer to the caller instead. */
    record Refused(HttpAnswer answer) implements Read {}

    /** The connection is gone: there is no caller to answer. */
    record Gone(Throwable failure) implements Read {}

    Body(Request request, BodyRoom room) {
        this.request = request;
        this.room = room;
    }

    Request request() {
        return request;
    }

    /** When its request's head had come, by {@link System#nanoTime}. */
    long startedNanos() {
        return startedNanos;
    }

    /** Whether the body has been read to its end. */
    boolean isOver() {
        return isOver;
    }

    /** Whether the rest can never be read. */
    boolean isBroken() {
        return isBroken;
    }

    /** Reads all of it, no further than its bound: at once if it is there, later if not. */
    void read(int bytesMax, Consumer<Read> then) {
        if (request.getLength() > bytesMax) {
            then.accept(new Refused(Problem.bodyTooLarge(bytesMax)));
            return;
        }
        ChunkLoop.run(request, lateNanos(), chunk -> keeps(chunk, bytesMax), (isWhole, failure) -> {
            isOver = isWhole;
            then.accept(outcome(failure));
        });
    }

    private Read outcome(@Nullable Throwable failure) {
        if (failure != null) {
            isBroken = true;
            return broken(failure);
        }
        return refusal == null ? new Whole(bytes()) : new Refused(refusal);
    }

    /** A caller that is late, or sends an invalid body, gets an answer; one whose connection is gone does not. */
    private Read broken(Throwable failure) {
        if (failure instanceof TimeoutException) {
            room.countLate();
            return new Refused(Problem.REQUEST_TIMEOUT.answer(
                    "body (expected: all of it within " + room.bodyMillisMax() + " ms)"));
        }
        if (failure instanceof HttpException bad) {
            return new Refused(noBody(bad));
        }
        return new Gone(failure);
    }

    private static HttpAnswer noBody(HttpException bad) {
        return Problem.ofStatus(bad.getCode(), "body: " + bad.getReason());
    }

    /** The answer to send: that the body is invalid, if it is; otherwise the given one. */
    HttpAnswer insteadOf(HttpAnswer found) {
        return isBroken && refusal != null ? refusal : found;
    }

    /** Reads and drops the rest, within bounds, so that the caller gets its answer. */
    void discard(Runnable then) {
        long[] left = {DISCARDED_BYTES_MAX};
        long enoughNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DISCARDED_MILLIS_MAX);
        ChunkLoop.run(request, enoughNanos, chunk -> (left[0] -= chunk.remaining()) > 0, (isWhole, failure) -> {
            isOver = isWhole;
            isBroken = failure != null;
            refusal = failure instanceof HttpException bad ? noBody(bad) : null;
            then.run();
        });
    }

    private long lateNanos() {
        return startedNanos + TimeUnit.MILLISECONDS.toNanos(room.bodyMillisMax());
    }

    /** Takes what has come; false if that is more than the bound. */
    private boolean keeps(Content.Chunk chunk, int bytesMax) {
        int more = chunk.remaining();
        if (more > bytesMax - count) {
            refusal = Problem.bodyTooLarge(bytesMax);
            return false;
        }
        if (count + more > bytes.length) {
            int capacity = capacityFor(count + more, bytesMax);
            if (!room.take(capacity - bytes.length)) {
                refusal = Problem.unavailable("there is no room for the body now");
                return false;
            }
            bytes = Arrays.copyOf(bytes, capacity);
        }
        chunk.get(bytes, count, more);
        count += more;
        return true;
    }

    /** The announced length if all of it has arrived, otherwise at most twice the bytes that have arrived. */
    private int capacityFor(int needed, int bytesMax) {
        long announced = request.getLength();
        int end = announced < 0 ? bytesMax : (int) Math.min(announced, bytesMax);
        return Math.max(needed, Math.min(end, Math.max(FIRST_BYTES, 2 * bytes.length)));
    }

    private byte[] bytes() {
        return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }

    boolean isKept() {
        return bytes.length > 0;
    }

    /** Gives the room back, when the request is answered. */
    void forget() {
        room.giveBack(bytes.length);
        bytes = NONE;
    }
}
