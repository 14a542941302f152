package io.sluice.streams.ops;

import io.sluice.tls.ServerTls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tlschannel.HeapBufferAllocator;
import tlschannel.NeedsReadException;
import tlschannel.NeedsWriteException;
import tlschannel.ServerTlsChannel;
import tlschannel.TlsChannel;

/**
 * A connection to a port with TLS. The first byte says whether the caller speaks TLS. Without it the connection goes on
 * in the clear, for the one answer that says so.
 */
final class TlsProbeChannel implements ProbeChannel {
    /** The type of the record that each handshake begins with. */
    private static final byte HANDSHAKE = 0x16;

    private final SocketChannel channel;
    private final ServerTls tls;
    /** Null until the first bytes have come. */
    private @Nullable TlsChannel encrypted;

    private boolean isInTheClear;
    private boolean isFinished;
    private boolean waitsToWrite;

    TlsProbeChannel(SocketChannel channel, ServerTls tls) {
        this.channel = channel;
        this.tls = tls;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        if (isInTheClear || isFinished) {
            // At the end only what nobody has to decrypt is left, such as the caller's farewell.
            return channel.read(buffer);
        }
        TlsChannel current = encrypted;
        if (current == null) {
            int count = channel.read(buffer);
            if (count <= 0) {
                return count;
            }
            if (buffer.get(0) != HANDSHAKE) {
                isInTheClear = true;
                return count;
            }
            current = begun(buffer);
            encrypted = current;
        }
        return decrypted(current, buffer);
    }

    private TlsChannel begun(ByteBuffer firstBytes) {
        ByteBuffer copy = ByteBuffer.allocate(firstBytes.flip().remaining());
        copy.put(firstBytes).flip();
        firstBytes.clear();
        return ServerTlsChannel.newBuilder(new Resumed(copy, channel), tls.context())
                .withEngineFactory(context -> tls.engine())
                .withEncryptedBufferAllocator(new HeapBufferAllocator())
                .build();
    }

    private int decrypted(TlsChannel current, ByteBuffer buffer) throws IOException {
        waitsToWrite = false;
        try {
            return current.read(buffer);
        } catch (NeedsReadException e) {
            return 0;
        } catch (NeedsWriteException e) {
            waitsToWrite = true;
            return 0;
        } catch (SSLException e) {
            refuse(current.getSslEngine());
            return 0;
        } catch (AssertionError e) {
            // How the library reports a state that it did not expect; it must not end the thread of all probes.
            throw new IOException("TLS ended in a state that makes no sense", e);
        }
    }

    /**
     * Tells the caller why its handshake failed, as far as its side takes that now. If the connection were closed at
     * once, the rest of what the caller sends would cost it the alert.
     */
    private void refuse(SSLEngine engine) throws IOException {
        ByteBuffer alert = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), alert);
        channel.write(alert.flip());
        channel.shutdownOutput();
        isFinished = true;
    }

    @Override
    public boolean write(ByteBuffer bytes) throws IOException {
        TlsChannel current = encrypted;
        if (current == null) {
            channel.write(bytes);
            return !bytes.hasRemaining();
        }
        if (current.shutdownSent()) {
            // Only the farewell is left, without which the answer is complete, too.
            return true;
        }
        try {
            current.write(bytes);
            return true;
        } catch (NeedsReadException | NeedsWriteException e) {
            return false;
        }
    }

    @Override
    public boolean finish() throws IOException {
        TlsChannel current = encrypted;
        if (current != null && !current.shutdownSent()) {
            try {
                current.shutdown();
            } catch (NeedsReadException | NeedsWriteException e) {
                return false;
            }
        }
        isFinished = true;
        channel.shutdownOutput();
        return true;
    }

    @Override
    public boolean waitsToWrite() {
        return waitsToWrite;
    }

    @Override
    public boolean isRefused() {
        return isInTheClear;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** A channel whose first bytes were read before. */
    private record Resumed(ByteBuffer first, SocketChannel rest) implements ByteChannel {
        @Override
        public int read(ByteBuffer buffer) throws IOException {
            if (!first.hasRemaining()) {
                return rest.read(buffer);
            }
            int count = Math.min(first.remaining(), buffer.remaining());
            buffer.put(first.slice(first.position(), count));
            first.position(first.position() + count);
            return count;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return rest.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return rest.isOpen();
        }

        @Override
        public void close() throws IOException {
            rest.close();
        }
    }
}
