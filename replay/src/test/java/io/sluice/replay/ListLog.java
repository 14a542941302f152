package io.sluice.replay;

import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.log.UnprovenOffsets;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** A log in memory. */
public final class ListLog implements LogSource {
    /** Partitions of the reply topic. */
    public static final int REPLIES = 4;

    /** The records of each partition, in the order of their offsets. */
    public final List<List<LoggedRecord>> requests;

    /** The decisions on each partition, in the order of the topic. */
    public final List<List<LoggedRecord>> decisions;

    /** What the rules writer published. */
    public final List<LoggedRecord> published;

    /** Messages that the app refused. */
    public final UnprovenOffsets unproven;

    private final long beginOffset;

    public ListLog(int partitions) {
        this(lists(partitions), lists(partitions), new ArrayList<>(), new UnprovenOffsets(), 0);
    }

    private ListLog(
            List<List<LoggedRecord>> requests,
            List<List<LoggedRecord>> decisions,
            List<LoggedRecord> published,
            UnprovenOffsets unproven,
            long beginOffset) {
        this.unproven = unproven;
        this.published = published;
        this.requests = requests;
        this.decisions = decisions;
        this.beginOffset = beginOffset;
    }

    private static List<List<LoggedRecord>> lists(int partitions) {
        return IntStream.range(0, partitions)
                .<List<LoggedRecord>>mapToObj(partition -> new ArrayList<>())
                .toList();
    }

    /** The same log after retention has cut what lies before an offset. */
    public ListLog cutTo(long offset) {
        return new ListLog(
                requests.stream()
                        .map(records -> records.stream()
                                .filter(record -> record.offset() >= offset)
                                .toList())
                        .toList(),
                decisions,
                published,
                unproven,
                offset);
    }

    /** The same without what the app said about refused records. */
    public ListLog withoutDeadLetters() {
        return new ListLog(requests, decisions, published, new UnprovenOffsets(), beginOffset);
    }

    public void add(int partition, long atMillis, byte[] key, byte[] value) {
        requests.get(partition).add(new LoggedRecord(requests.get(partition).size(), atMillis, key, value));
    }

    /** Puts a ruleset in force in every partition. */
    public void activate(long atMillis, long revision, String document) {
        for (int partition = 0; partition < partitions(); partition++) {
            Request activation = Activations.signed(TestKeys.RULES, revision, document);
            add(partition, atMillis, "ruleset".getBytes(StandardCharsets.UTF_8), RequestCodec.encode(activation));
        }
    }

    /** A request of an account, in its partition. */
    public void ask(long atMillis, Request request, String account) {
        int partition = AccountPartitioner.partitionOf(account, partitions());
        byte[] value = RequestCodec.encode(request.repliedTo(
                new ReplyAddress(0, "c-" + requests.get(partition).size())));
        add(partition, atMillis, account.getBytes(StandardCharsets.UTF_8), value);
    }

    /** A request of a client. */
    public void ask(long atMillis, AdmissionRequest.Builder request) throws Exception {
        AdmissionRequest built = request.build();
        ask(atMillis, built, built.clientId().account());
    }

    /** What an app records of the log. */
    public void record(int partition, byte[] decision) {
        decisions.get(partition).add(new LoggedRecord(decisions.get(partition).size(), 0, new byte[0], decision));
    }

    @Override
    public String name() {
        return "a list";
    }

    @Override
    public int partitions() {
        return requests.size();
    }

    @Override
    public int replyPartitions() {
        return REPLIES;
    }

    @Override
    public TrustedKeys keys() {
        return TestKeys.TRUSTED;
    }

    /** Publishes a ruleset, as the rules writer does before every partition has it. */
    public void publish(long atMillis, long revision, String document) {
        byte[] value = RequestCodec.encode(Activations.signed(TestKeys.RULES, revision, document));
        published.add(new LoggedRecord(published.size(), atMillis, new byte[0], value));
    }

    @Override
    public LogReader rules() {
        return reader(published, 0, null);
    }

    @Override
    public UnprovenOffsets unproven() {
        return unproven;
    }

    @Override
    public LogReader requests(int partition, LogPoint from) {
        return reader(requests.get(partition), beginOffset, from);
    }

    @Override
    public LogReader decisions(int partition) {
        return reader(decisions.get(partition), 0, null);
    }

    private static LogReader reader(List<LoggedRecord> records, long beginOffset, LogPoint from) {
        Iterator<LoggedRecord> left = records.stream()
                .filter(record -> from == null || from.isReachedBy(record))
                .iterator();
        return new LogReader() {
            @Override
            public long beginOffset() {
                return beginOffset;
            }

            @Override
            public long endOffset() {
                return records.isEmpty()
                        ? beginOffset
                        : records.get(records.size() - 1).offset() + 1;
            }

            @Override
            public LoggedRecord next() {
                return left.hasNext() ? left.next() : null;
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
