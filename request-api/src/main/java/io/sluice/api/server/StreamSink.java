package io.sluice.api.server;

import io.sluice.api.http.StreamedBody;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** A response of Jetty, for an answer that goes on. */
final class StreamSink implements StreamedBody.Sink {
    private final Response response;
    private final Callback finished;

    StreamSink(Response response, Callback finished) {
        this.response = response;
        this.finished = finished;
    }

    @Override
    public void send(byte[] piece, Runnable sent, Consumer<Throwable> failed) {
        response.write(
                /* last= */ false, ByteBuffer.wrap(piece), Callback.from(sent, failure -> {
                    failed.accept(failure);
                    finished.failed(failure);
                }));
    }

    @Override
    public void end() {
        response.write(/* last= */ true, BufferUtil.EMPTY_BUFFER, finished);
    }

    @Override
    public void fail(Throwable cause) {
        finished.failed(cause);
    }
}
