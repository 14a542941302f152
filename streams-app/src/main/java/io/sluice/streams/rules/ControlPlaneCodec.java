package io.sluice.streams.rules;

import io.sluice.engine.controlplane.AccessEntry;
import io.sluice.engine.controlplane.AccessState;
import io.sluice.engine.controlplane.ControlPlaneStore.Summary;
import io.sluice.engine.controlplane.Proposal;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.PackedText;
import io.sluice.schemas.control.RulesetActivation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The storage format of the control plane state; each value begins with a version byte:
 *
 * <pre>
 *   'a'            1, version, count, that many access entries: id, untilMillis, commandId, document
 *                  2, the same, then completeFrom, count, that many commands: version, commandId
 *   's'            1, sequence, activeRevision, lastProposalId, count, that many proposal IDs
 *   'p' + id       1, status, baseRevision, commandId, author, document
 *                  2, the same, the document as gzip
 *   'r' + number   document as UTF-8, without version byte; or as gzip, whose first byte begins no document
 * </pre>
 *
 * <p>Only documents of more than {@link #TEXT_CHARS_MAX} characters are packed.
 */
final class ControlPlaneCodec {
    private static final byte VERSION = 1;
    private static final byte WITH_COMMANDS = 2;
    private static final byte PACKED = 2;
    private static final byte GZIP_FIRST_BYTE = 0x1F;

    /** The longest document that is stored as it is. */
    static final int TEXT_CHARS_MAX = 400_000;

    private ControlPlaneCodec() {}

    @FunctionalInterface
    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    static byte[] encode(Summary summary) {
        return written(out -> {
            out.writeLong(summary.sequence());
            out.writeLong(summary.activeRevision());
            out.writeLong(summary.lastProposalId());
            out.writeInt(summary.proposalIds().size());
            for (long id : summary.proposalIds()) {
                out.writeLong(id);
            }
        });
    }

    static Summary summary(byte[] value) {
        return read(value, in -> {
            long sequence = in.readLong();
            long activeRevision = in.readLong();
            long lastProposalId = in.readLong();
            int count = in.readInt();
            List<Long> ids = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ids.add(in.readLong());
            }
            return new Summary(sequence, activeRevision, lastProposalId, ids);
        });
    }

    static byte[] encode(Proposal proposal) {
        boolean isPacked = proposal.document().length() > TEXT_CHARS_MAX;
        return written(isPacked ? PACKED : VERSION, out -> {
            out.writeByte(codeOf(proposal.status()));
            out.writeLong(proposal.baseRevision());
            writeText(out, proposal.commandId());
            writeText(out, proposal.author());
            writeBytes(out, encodeDocument(proposal.document()));
        });
    }

    static Proposal proposal(long id, byte[] value) {
        return read(value, PACKED, in -> {
            Proposal.Status status = statusOf(in.readByte());
            long baseRevision = in.readLong();
            String commandId = readText(in);
            String author = readText(in);
            return new Proposal(id, commandId, baseRevision, author, status, document(readBytes(in)));
        });
    }

    static byte[] encodeDocument(String document) {
        return document.length() > TEXT_CHARS_MAX
                ? PackedText.pack(document)
                : document.getBytes(StandardCharsets.UTF_8);
    }

    static String document(byte[] value) {
        if (value.length == 0 || value[0] != GZIP_FIRST_BYTE) {
            return new String(value, StandardCharsets.UTF_8);
        }
        try {
            return PackedText.unpack("document", value, RulesetActivation.DOCUMENT_CHARS_MAX);
        } catch (WireException e) {
            throw new IllegalStateException("a stored document cannot be read", e);
        }
    }

    static byte[] encode(AccessState access) {
        return written(WITH_COMMANDS, out -> {
            out.writeLong(access.version());
            out.writeInt(access.entries().size());
            for (AccessEntry entry : access.entries()) {
                out.writeLong(entry.id());
                out.writeLong(entry.untilMillis());
                writeText(out, entry.commandId());
                writeText(out, entry.document());
            }
            out.writeLong(access.completeFrom());
            out.writeInt(access.added().size());
            for (AccessState.Added added : access.added()) {
                out.writeLong(added.version());
                writeText(out, added.commandId());
            }
        });
    }

    static AccessState access(byte[] value) {
        return read(value, WITH_COMMANDS, in -> {
            long version = in.readLong();
            int count = in.readInt();
            List<AccessEntry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long id = in.readLong();
                long untilMillis = in.readLong();
                String commandId = readText(in);
                entries.add(new AccessEntry(id, commandId, readText(in), untilMillis));
            }
            return value[0] == VERSION ? new AccessState(version, entries) : withCommands(version, entries, in);
        });
    }

    private static AccessState withCommands(long version, List<AccessEntry> entries, DataInputStream in)
            throws IOException {
        long completeFrom = in.readLong();
        List<AccessState.Added> added = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            added.add(new AccessState.Added(in.readLong(), readText(in)));
        }
        return new AccessState(version, entries, added, completeFrom);
    }

    private static byte codeOf(Proposal.Status status) {
        return switch (status) {
            case OPEN -> 0;
            case APPROVED -> 1;
            case REJECTED -> 2;
            case ACTIVATED -> 3;
        };
    }

    private static Proposal.Status statusOf(byte code) {
        return switch (code) {
            case 0 -> Proposal.Status.OPEN;
            case 1 -> Proposal.Status.APPROVED;
            case 2 -> Proposal.Status.REJECTED;
            case 3 -> Proposal.Status.ACTIVATED;
            default -> throw new IllegalStateException("proposal status " + code + " (expected: 0..3)");
        };
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    private static byte[] written(Writer writer) {
        return written(VERSION, writer);
    }

    private static byte[] written(byte version, Writer writer) {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(version);
            writer.write(out);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    private static <T> T read(byte[] value, Reader<T> reader) {
        return read(value, VERSION, reader);
    }

    private static <T> T read(byte[] value, byte newest, Reader<T> reader) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            byte version = in.readByte();
            if (version < VERSION || version > newest) {
                throw new IllegalStateException(
                        "control plane value of version " + version + " (expected: 1.." + newest + ")");
            }
            return reader.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a control plane value is cut short", e);
        }
    }
}
