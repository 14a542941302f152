package io.sluice.streams.admission;

import io.sluice.streams.store.PartitionState;
import io.sluice.streams.topology.MessageAddress;
import io.sluice.streams.topology.WrittenMessages;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The messages of one partition to others that are not in the log yet. Before each commit they go into the state, as
 * part of its transaction; so no commit waits for them, and none is lost.
 *
 * <pre>
 *   sent ---&gt; unwritten ---&gt; written before the next commit: forgotten
 *                       ╰--&gt; not written: in the state, until a commit after it was
 *   app dies: whoever has the state next sends what is in it again, before anything else
 * </pre>
 *
 * <p>Of most messages nothing is ever stored: they are written within milliseconds.
 */
final class UnwrittenMessages {
    private final int partition;
    private final PartitionState state;
    private final WrittenMessages written;
    /** By the partition that they go to, in their order. */
    private final Map<Integer, ArrayDeque<Unwritten>> unwritten = new TreeMap<>();

    private boolean sentAgain;

    /** A message; those that are stored come before the others. */
    private static final class Unwritten {
        final MessageAddress address;
        final byte[] value;
        boolean isStored;

        Unwritten(MessageAddress address, byte[] value, boolean isStored) {
            this.address = address;
            this.value = value;
            this.isStored = isStored;
        }
    }

    UnwrittenMessages(int partition, PartitionState state, WrittenMessages written) {
        this.partition = partition;
        this.state = state;
        this.written = written;
        state.messages((address, value) -> add(new Unwritten(address, value, /* isStored= */ true)));
    }

    private void add(Unwritten message) {
        unwritten
                .computeIfAbsent(message.address.partition(), to -> new ArrayDeque<>())
                .add(message);
    }

    /** Notes a message that is on its way. */
    void sent(MessageAddress address, byte[] value) {
        if (!isWritten(address)) {
            add(new Unwritten(address, value, /* isStored= */ false));
        }
    }

    private boolean isWritten(MessageAddress address) {
        return written.isWritten(partition, address.partition(), address.sequence());
    }

    /** Sends what the state had at the start, once, before anything that follows it. */
    void sendAgain(BiConsumer<MessageAddress, byte[]> sender) {
        if (sentAgain) {
            return;
        }
        sentAgain = true;
        for (ArrayDeque<Unwritten> messages : unwritten.values()) {
            for (Unwritten message : messages) {
                if (!isWritten(message.address)) {
                    sender.accept(message.address, message.value);
                }
            }
        }
    }

    /** Before a commit: the state then has what is not written. */
    void save() {
        for (ArrayDeque<Unwritten> messages : unwritten.values()) {
            forgetWritten(messages);
            // The last ones are those that are not stored yet.
            for (Iterator<Unwritten> latest = messages.descendingIterator(); latest.hasNext(); ) {
                Unwritten message = latest.next();
                if (message.isStored) {
                    break;
                }
                state.putMessage(message.address, message.value);
                message.isStored = true;
            }
        }
    }

    private void forgetWritten(ArrayDeque<Unwritten> messages) {
        for (Unwritten first = messages.peek(); first != null && isWritten(first.address); first = messages.peek()) {
            if (first.isStored) {
                state.putMessage(first.address, null);
            }
            messages.remove();
        }
    }

    /** How many are not written, as far as this partition knows. */
    long size() {
        return unwritten.values().stream().mapToLong(ArrayDeque::size).sum();
    }
}
