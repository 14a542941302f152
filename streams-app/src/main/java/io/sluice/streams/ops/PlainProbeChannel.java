package io.sluice.streams.ops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection without TLS. */
record PlainProbeChannel(SocketChannel channel) implements ProbeChannel {
    @Override
    public int read(ByteBuffer buffer) throws IOException {
        return channel.read(buffer);
    }

    @Override
    public boolean write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        return !bytes.hasRemaining();
    }

    @Override
    public boolean finish() throws IOException {
        channel.shutdownOutput();
        return true;
    }

    @Override
    public boolean waitsToWrite() {
        return false;
    }

    @Override
    public boolean isRefused() {
        return false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
