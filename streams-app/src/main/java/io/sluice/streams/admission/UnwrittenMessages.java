package io.sluice.streams.admission;

import io.sluice.streams.store.PartitionState;
import io.sluice.streams.topology.MessageAddress;
import io.sluice.streams.topology.WrittenMessages;
import io.sluice.streams.topology.WrittenMessages.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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
 *
 * <p><b>What is stored has no proof.</b> It gets one when it is sent: by then the app may have another key.
 *
 * <p><b>What was there at the start stays in the state</b> until its turn has come, since a thread may take over what
 * several others could not write. Of each way, {@link WrittenMessages#aheadBytesMax} are with the producer at a time.
 * What is new goes into the state behind them.
 *
 * <pre>
 *   to 3   state: m1 m2 m3 m4 m5 | m6 (new)      producer: m1 m2      next: m3, once m1 is written
 * </pre>
 */
final class UnwrittenMessages {
    private final int partition;
    private final PartitionState state;
    private final WrittenMessages written;
    /** By the partition that they go to. */
    private final Map<Integer, Way> ways = new TreeMap<>();
    /** How many of all ways wait in the state for their turn. */
    private long waiting;

    /** A message that the producer has. */
    private static final class Sent {
        final MessageAddress address;
        final int bytes;
        /** What it says, until that is in the state. */
        @Nullable String payload;

        Sent(MessageAddress address, String payload, boolean isStored) {
            this.address = address;
            this.bytes = payload.length();
            this.payload = isStored ? null : payload;
        }
    }

    /** The messages to one partition, in their order: those that were sent, and behind them those that wait. */
    private static final class Way {
        final ArrayDeque<Sent> sent = new ArrayDeque<>();
        long sentBytes;
        long waiting;
        long nextSequence = Long.MAX_VALUE;
        long addedFromSequence = Long.MAX_VALUE;
        long addedBytes;

        void sent(MessageAddress address, String payload, boolean isStored) {
            Sent message = new Sent(address, payload, isStored);
            sent.add(message);
            sentBytes += message.bytes;
        }

        void waits(MessageAddress address) {
            waiting++;
            nextSequence = Math.min(nextSequence, address.sequence());
        }

        void takesTurn(MessageAddress address, String payload) {
            waiting--;
            nextSequence = address.sequence() + 1;
            if (address.sequence() >= addedFromSequence) {
                addedBytes -= payload.length();
            }
            if (waiting == 0) {
                nextSequence = Long.MAX_VALUE;
                addedFromSequence = Long.MAX_VALUE;
            }
        }
    }

    private record Stored(MessageAddress address, String payload) {}

    UnwrittenMessages(int partition, PartitionState state, WrittenMessages written) {
        this.partition = partition;
        this.state = state;
        this.written = written;
        state.messages((address, payload) -> {
            way(address.partition()).waits(address);
            waiting++;
            return true;
        });
        report();
    }

    private Way way(int to) {
        return ways.computeIfAbsent(to, absent -> new Way());
    }

    private boolean isWritten(MessageAddress address) {
        return written.isWritten(partition, address.partition(), address.sequence());
    }

    /**
     * Takes a message that follows others which wait for their turn.
     *
     * @return false if none wait: it is to be sent
     */
    boolean holdsBack(MessageAddress address, String payload) {
        Way way = ways.get(address.partition());
        if (way == null || way.waiting == 0) {
            return false;
        }
        state.putMessage(address, payload);
        way.waits(address);
        way.addedFromSequence = Math.min(way.addedFromSequence, address.sequence());
        way.addedBytes += payload.length();
        waiting++;
        report();
        return true;
    }

    /** Notes a message that is on its way. */
    void sent(MessageAddress address, String payload) {
        if (!isWritten(address)) {
            way(address.partition()).sent(address, payload, /* isStored= */ false);
        }
    }

    /** Sends what waits in the state and may go now. */
    void sendWaiting(BiConsumer<MessageAddress, String> sender) {
        if (waiting == 0) {
            return;
        }
        for (Map.Entry<Integer, Way> entry : ways.entrySet()) {
            Way way = entry.getValue();
            if (way.waiting > 0) {
                forgetWritten(way);
                sendWaiting(entry.getKey(), way, sender);
            }
        }
        report();
    }

    private void sendWaiting(int to, Way way, BiConsumer<MessageAddress, String> sender) {
        // A range of the store is read once all changes are written: not for each message. What is written makes room.
        while (way.waiting > 0 && way.sentBytes <= written.aheadBytesMax() / 2) {
            List<Stored> turn = read(to, way);
            if (turn.isEmpty()) {
                return;
            }
            for (Stored message : turn) {
                way.takesTurn(message.address(), message.payload());
                waiting--;
                if (isWritten(message.address())) {
                    state.putMessage(message.address(), null);
                } else {
                    sender.accept(message.address(), message.payload());
                    way.sent(message.address(), message.payload(), /* isStored= */ true);
                }
            }
        }
    }

    /** Those whose turn it is; a range of the store is not changed while it is read. */
    private List<Stored> read(int to, Way way) {
        List<Stored> messages = new ArrayList<>();
        long[] aheadBytes = {way.sentBytes};
        state.messages(to, way.nextSequence, (address, payload) -> {
            messages.add(new Stored(address, payload));
            aheadBytes[0] += payload.length();
            return aheadBytes[0] < written.aheadBytesMax();
        });
        return messages;
    }

    /** Before a commit: the state then has what is not written. */
    void save() {
        for (Way way : ways.values()) {
            forgetWritten(way);
            // The last ones are those that are not stored yet.
            for (Iterator<Sent> latest = way.sent.descendingIterator(); latest.hasNext(); ) {
                Sent message = latest.next();
                String payload = message.payload;
                if (payload == null) {
                    break;
                }
                state.putMessage(message.address, payload);
                message.payload = null;
            }
        }
    }

    private void forgetWritten(Way way) {
        for (Sent first = way.sent.peek(); first != null && isWritten(first.address); first = way.sent.peek()) {
            if (first.payload == null) {
                state.putMessage(first.address, null);
            }
            way.sent.remove();
            way.sentBytes -= first.bytes;
        }
    }

    private void report() {
        Map<Integer, Waiting> byDestination = new TreeMap<>();
        ways.forEach((to, way) -> {
            if (way.waiting > 0) {
                byDestination.put(to, new Waiting(way.waiting, way.addedBytes));
            }
        });
        written.waiting(partition, byDestination);
    }

    /** How many are not written, as far as this partition knows. */
    long size() {
        return waiting
                + ways.values().stream().mapToLong(way -> way.sent.size()).sum();
    }
}
