package io.sluice.client.alerts;

import io.sluice.client.search.BackwardSearch;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.RecordPosition;
import io.sluice.client.search.Wanted;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.BackwardReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** One search of the alert topic, which has one partition. */
public final class AlertScan {
    private static final int PARTITION = 0;

    private AlertScan() {}

    /**
     * Runs a search.
     *
     * @throws WireException if the query names another partition
     * @throws TimeoutException if not even the first piece could be read in time
     */
    public static FoundPage run(BackwardSearch search, AlertQuery query) throws WireException {
        search.partitionsOf(TopicCatalogue.ALERTS);
        RecordPosition before = query.before();
        if (before != null && before.partition() != PARTITION) {
            throw new WireException("before", "partition " + before.partition() + " (expected: " + PARTITION + ")");
        }
        TopicPartition partition = new TopicPartition(TopicCatalogue.ALERTS, PARTITION);
        BackwardReader.Offsets offsets = search.turnTo(partition);
        long top = before == null ? offsets.end() : Math.min(offsets.end(), before.offset());
        long from = Math.min(offsets.keptFrom(), top);
        return search.run(partition, new Covered(query), offsets.keptFrom(), from, top);
    }

    /** Alerts have no key that would tell whom they are about. */
    private record Covered(AlertQuery query) implements Wanted {
        @Override
        public int limit() {
            return query.limit();
        }

        @Override
        public boolean mayBe(ConsumerRecord<byte[], byte[]> record) {
            return true;
        }

        @Override
        public Match match(byte[] value) throws WireException {
            return new Match(query.covers(AlertCodec.decode(value)), /* isLast= */ false);
        }
    }
}
