package io.sluice.streams.ops;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one connection to the probe server, with or without TLS. Nothing here waits. */
sealed interface ProbeChannel permits PlainProbeChannel, TlsProbeChannel {
    /**
     * Reads what has come; 0 if that is nothing, negative if nothing will come.
     *
     * @param buffer empty, from its beginning
     */
    int read(ByteBuffer buffer) throws IOException;

    /** Writes what the caller's side takes now, and returns whether that was everything. */
    boolean write(ByteBuffer bytes) throws IOException;

    /** Says that no more comes, and returns whether the caller's side took that. */
    boolean finish() throws IOException;

    /** Whether reading goes on only once something can be written. */
    boolean waitsToWrite();

    /** Whether the caller came without TLS to a port with TLS. */
    boolean isRefused();

    void close() throws IOException;
}
