package io.sluice.cli.simulation;

import io.sluice.schemas.request.ReplyAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** The reply topic, read uncommitted: each partition is read in its order, some time after it was written. */
final class ReplyTopic {
    private static final int DELAY_MILLIS_MAX = 12;

    private final World world;
    private final SplittableRandom random;
    private final List<byte[]> values = new ArrayList<>();
    private final long[] readAtMillis = new long[World.REPLY_PARTITIONS];
    private final Map<Integer, BiConsumer<String, byte[]>> readers = new HashMap<>();
    /** For each app, whether a reply of its open transaction has been read. */
    private final Set<Integer> readOfOpen = new HashSet<>();

    ReplyTopic(World world) {
        this.world = world;
        this.random = world.chance();
    }

    /** Every reply that reached a broker, in the order of their arrival. */
    List<byte[]> values() {
        return values;
    }

    void read(int partition, BiConsumer<String, byte[]> reader) {
        readers.put(partition, reader);
    }

    void append(ReplyAddress address, byte[] value, SimulatedApp app) {
        values.add(value);
        int partition = address.partition();
        Transaction writtenIn = app.transaction;
        readAtMillis[partition] =
                Math.max(readAtMillis[partition], world.nowMillis() + 1 + random.nextInt(DELAY_MILLIS_MAX));
        world.events.at(readAtMillis[partition], () -> {
            if (app.transaction == writtenIn) {
                readOfOpen.add(app.number);
            }
            BiConsumer<String, byte[]> reader = readers.get(partition);
            if (reader != null) {
                reader.accept(address.correlationId(), value);
            }
        });
    }

    void transactionEnded(SimulatedApp app, boolean isAborted) {
        if (readOfOpen.remove(app.number) && isAborted) {
            world.note(Occurrence.REPLY_OF_ABORTED_SEEN, "app " + app.number);
        }
    }
}
