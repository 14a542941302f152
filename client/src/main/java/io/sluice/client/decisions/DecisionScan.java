package io.sluice.client.decisions;

import io.sluice.client.search.BackwardSearch;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.Wanted;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.BackwardReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One search of the account's partition of the decision topic. Times and IDs narrow it before it begins.
 *
 * <p>Records of other accounts cost a comparison of their key.
 */
public final class DecisionScan {
    private final BackwardSearch search;

    /** A search that has not begun. */
    public DecisionScan(BackwardSearch search) {
        this.search = search;
    }

    /**
     * Runs the search.
     *
     * @throws WireException if the query is not about the account's partition
     * @throws TimeoutException if not even the first piece could be read in time
     */
    public FoundPage run(DecisionQuery query) throws WireException {
        int number = AccountPartitioner.partitionOf(query.account(), search.partitionsOf(TopicCatalogue.DECISIONS));
        query.checkPartition(number);
        TopicPartition partition = new TopicPartition(TopicCatalogue.DECISIONS, number);
        BackwardReader.Offsets offsets = search.turnTo(partition);
        long top = query.before() == null
                ? offsets.end()
                : Math.min(offsets.end(), query.before().offset());
        OffsetLocator.Bracket range = narrowed(partition, query, new OffsetLocator.Bracket(offsets.keptFrom(), top));
        return search.run(partition, new OfAccount(query), offsets.keptFrom(), range.low(), range.high());
    }

    /** The records of an account that its query covers. */
    private static final class OfAccount implements Wanted {
        private final DecisionQuery query;
        private final byte[] account;

        OfAccount(DecisionQuery query) {
            this.query = query;
            this.account = query.account().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int limit() {
            return query.limit();
        }

        @Override
        public boolean mayBe(ConsumerRecord<byte[], byte[]> record) {
            return Arrays.equals(account, record.key()) && query.covers(record.timestamp());
        }

        @Override
        public Match match(byte[] value) throws WireException {
            DecisionRecord decision = DecisionCodec.read(value);
            return new Match(query.filter().matches(decision), query.filter().isBehind(decision));
        }
    }

    /** The offsets that can have what is asked for. */
    private OffsetLocator.Bracket narrowed(TopicPartition partition, DecisionQuery query, OffsetLocator.Bracket kept) {
        OffsetLocator locator = new OffsetLocator(search.reader(), partition, search::isOver);
        OffsetLocator.Bracket range = kept;
        if (query.since() != null) {
            range = new OffsetLocator.Bracket(
                    around(locator, range, query.since()).low(), range.high());
        }
        if (query.until() != null) {
            range = new OffsetLocator.Bracket(
                    range.low(), around(locator, range, query.until()).high());
        }
        if (query.filter().decision() != null) {
            long low = around(locator, range, query.filter().decision()).low();
            // What ended its hold or lease is behind it, as far as a page goes.
            range = new OffsetLocator.Bracket(
                    low, Math.min(range.high(), low + search.bounds().offsetsMax()));
        }
        return range;
    }

    private static OffsetLocator.Bracket around(OffsetLocator locator, OffsetLocator.Bracket range, long millis) {
        return locator.around(range.low(), range.high(), record -> side(record.timestamp(), millis));
    }

    private OffsetLocator.Bracket around(OffsetLocator locator, OffsetLocator.Bracket range, DecisionId decision) {
        return locator.around(range.low(), range.high(), record -> sideOf(record, decision));
    }

    private static OffsetLocator.Side side(long found, long wanted) {
        return found < wanted ? OffsetLocator.Side.BEFORE : OffsetLocator.Side.REACHED;
    }

    /** A decision ID is the offset of its request, and a partition decides requests in order: so IDs grow, too. */
    private OffsetLocator.Side sideOf(ConsumerRecord<byte[], byte[]> record, DecisionId decision) {
        AtomicReference<@Nullable DecisionId> found = new AtomicReference<>();
        boolean unused = search.guard().read(record, readable -> {
            String id = DecisionFilter.idOf(DecisionCodec.read(readable.value()));
            found.set(id == null ? null : DecisionId.parse("decisionId", id));
        });
        DecisionId id = found.get();
        return id == null ? OffsetLocator.Side.UNKNOWN : side(id.offset(), decision.offset());
    }
}
