package io.sluice.api.direct;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * An answer of a servlet, gathered in memory and then sent at once: whoever writes it never waits for its caller, who
 * may not read.
 *
 * <pre>
 *   servlet --write, write, last--&gt; bytes in memory --one write--&gt; connection
 *           &lt;-- done, at once                          &lt;-- the request is over when both have ended
 * </pre>
 */
final class MemoryResponse extends Response.Wrapper {
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private final Callback callback;
    private boolean isSent;
    private boolean isWritten;
    private boolean isHandled;
    private @Nullable Throwable failure;

    /**
     * Takes the answer to a request.
     *
     * @param callback is called when the servlet is done and the answer is on its way
     */
    MemoryResponse(Request request, Response response, Callback callback) {
        super(request, response);
        this.callback = callback;
    }

    /** What the servlet calls when it is done. */
    Callback handled() {
        return Callback.from(() -> end(/* isWrite= */ false, null), cause -> end(/* isWrite= */ false, cause));
    }

    @Override
    public void write(boolean last, @Nullable ByteBuffer content, Callback written) {
        ByteBuffer all;
        synchronized (this) {
            if (isSent) {
                all = null;
            } else {
                gather(content);
                isSent = last;
                all = last ? ByteBuffer.wrap(gathered.toByteArray()) : BufferUtil.EMPTY_BUFFER;
            }
        }
        if (all == null) {
            // Only a second end comes here, which has nothing to add.
            written.succeeded();
            return;
        }
        if (last) {
            super.write(
                    true,
                    all,
                    Callback.from(() -> end(/* isWrite= */ true, null), cause -> end(/* isWrite= */ true, cause)));
        }
        written.succeeded();
    }

    private void gather(@Nullable ByteBuffer content) {
        if (content != null && content.hasRemaining()) {
            byte[] bytes = BufferUtil.toArray(content);
            gathered.write(bytes, 0, bytes.length);
            content.position(content.limit());
        }
    }

    /** One of the two has ended. A write that fails waits for the servlet too: until then the request is in use. */
    private void end(boolean isWrite, @Nullable Throwable cause) {
        boolean isOver;
        Throwable first;
        synchronized (this) {
            if (isWrite) {
                isWritten = true;
            } else {
                isHandled = true;
            }
            failure = failure == null ? cause : failure;
            first = failure;
            // A servlet that has written nothing leaves the end to the server.
            isOver = isHandled && (isWritten || !isSent);
        }
        if (!isOver) {
            return;
        }
        if (first == null) {
            callback.succeeded();
        } else {
            callback.failed(first);
        }
    }

    @Override
    public synchronized boolean isCommitted() {
        return isSent || super.isCommitted();
    }

    @Override
    public void reset() {
        synchronized (this) {
            gathered.reset();
        }
        super.reset();
    }
}
