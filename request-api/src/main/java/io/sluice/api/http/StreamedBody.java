package io.sluice.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.util.function.Consumer;

/** The body of an answer that lasts until one side ends it. */
public abstract class StreamedBody implements JsonBody {
    /** Begins to send; called at most once. The head of the answer goes before the first piece. */
    public abstract void begin(Sink sink);

    /** Ends it. If it has not begun, it takes up nothing from now on. */
    public abstract void end();

    /** Where the body goes. One piece is sent at a time. */
    public interface Sink {
        /**
         * Sends a piece.
         *
         * @param sent called once the connection has taken it
         * @param failed called if the connection is gone; the answer is over then
         */
        void send(byte[] piece, Runnable sent, Consumer<Throwable> failed);

        /** Ends the answer regularly. */
        void end();

        /** Breaks the answer off. */
        void fail(Throwable cause);
    }

    @Override
    public final byte[] bytes() {
        throw new UnsupportedOperationException("a stream has no end that could be known");
    }

    @Override
    public final void write(JsonGenerator json) {
        throw new UnsupportedOperationException("no JSON, so no part of another answer");
    }
}
