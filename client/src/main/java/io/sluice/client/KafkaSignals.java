package io.sluice.client;

import io.sluice.client.PendingReplies.Arrival;
import io.sluice.client.signals.SignalService;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.SignalRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.SignalStatus;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.ReplyAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A service that writes reports of health signals, signed, into every request partition, and queries the partitions
 * with pings.
 *
 * <p>A partition answers no control record, so a ping follows each report: the pong has the signals after it.
 */
final class KafkaSignals implements SignalService {
    /** The largest difference between a report and its timestamp; a partition skips reports with more. */
    static final long APART_MILLIS_MAX = 5_000;

    private final KafkaAccounts.Wires wires;
    private final SigningKey key;
    private final Duration knownWithin;
    private final LongSupplier clockMillis;
    /**
     * Later reports have later times, also within one millisecond: a partition takes none that is not later. A time so
     * far ahead that every partition skips its report does not count: the clock was wrong, and has been set right.
     */
    private final AtomicLong lastMillis = new AtomicLong();

    KafkaSignals(KafkaAccounts.Wires wires, SigningKey key, Duration knownWithin, LongSupplier clockMillis) {
        this.wires = wires;
        this.key = key;
        this.knownWithin = knownWithin;
        this.clockMillis = clockMillis;
    }

    @Override
    public CompletableFuture<Answer> report(String signal, boolean good, long validMillis, String principal) {
        long readMillis = clockMillis.getAsLong();
        long nowMillis = lastMillis.updateAndGet(
                last -> last - readMillis > APART_MILLIS_MAX ? readMillis : Math.max(last + 1, readMillis));
        SignalRecord report = new SignalRecord(signal, good, validMillis, nowMillis, principal);
        byte[] value = RequestCodec.encode(key.sign(SignedKind.SIGNAL, SignalCodec.encode(report)));
        List<CompletableFuture<@Nullable String>> written = new ArrayList<>();
        for (int partition = 0; partition < wires.requestPartitions(); partition++) {
            written.add(write(partition, value, nowMillis));
        }
        // Behind the reports in every partition: the answers tell what came of them.
        CompletableFuture<Known> known = known();
        return CompletableFuture.allOf(written.toArray(CompletableFuture[]::new))
                .thenCombine(known, (all, seen) -> {
                    for (CompletableFuture<@Nullable String> one : written) {
                        String problem = one.join();
                        if (problem != null) {
                            return new Unavailable(problem);
                        }
                    }
                    return answer(report, seen);
                });
    }

    private static Answer answer(SignalRecord report, Known seen) {
        for (int partition = 0; partition < seen.partitions(); partition++) {
            List<SignalStatus> signals = seen.byPartition().get(partition);
            String problem = signals == null
                    ? "has the report, but did not confirm it (expected: a running streams app)"
                    : notTaken(report, signals);
            if (problem != null) {
                return new Unavailable("partition " + partition + " " + problem);
            }
        }
        return new Reported(seen.partitions());
    }

    /** Why the signals of a partition cannot be those after the report; null if they can. */
    private static @Nullable String notTaken(SignalRecord report, List<SignalStatus> signals) {
        for (SignalStatus status : signals) {
            if (status.name().equals(report.signal())) {
                // A partition takes a report at a time of its own that agrees with the report's.
                boolean endsEarlier =
                        status.untilMillis() < report.nowMillis() + report.validMillis() - APART_MILLIS_MAX;
                return status.good() == report.good() && !endsEarlier
                        ? null
                        : "has " + report.signal() + " as " + SignalCodec.nameOf(status.good()) + " until "
                                + Instant.ofEpochMilli(status.untilMillis())
                                + ": another front end's report is later by its clock"
                                + " (expected: reporters that agree, and clocks that do; report again in "
                                + APART_MILLIS_MAX / 1_000 + " s)";
            }
        }
        return "does not know " + report.signal() + " after the report: it knows " + signals.size()
                + " other signals, or the report went stale meanwhile"
                + " (expected: at most 32 names at a time; let others go stale, or report for longer)";
    }

    /** Completes with what went wrong; with null for nothing. */
    private CompletableFuture<@Nullable String> write(int partition, byte[] value, long nowMillis) {
        CompletableFuture<@Nullable String> written = new CompletableFuture<>();
        wires.write(partition, null, value, (metadata, failure) -> {
            if (failure != null) {
                written.complete("partition " + partition + " does not have the report: " + failure.getMessage());
            } else {
                written.complete(disagreement(partition, metadata.timestamp() - nowMillis));
            }
        });
        return written;
    }

    private static @Nullable String disagreement(int partition, long apartMillis) {
        return Math.abs(apartMillis) <= APART_MILLIS_MAX
                ? null
                : "partition " + partition + " skips the report: the broker's timestamp differs by " + apartMillis
                        + " ms from this front end's clock (expected: at most " + APART_MILLIS_MAX + ")";
    }

    @Override
    public CompletableFuture<Known> known() {
        Map<Integer, List<SignalStatus>> byPartition = new TreeMap<>();
        List<CompletableFuture<Arrival>> asked = new ArrayList<>();
        for (int partition = 0; partition < wires.requestPartitions(); partition++) {
            asked.add(ask(partition));
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenApply(all -> {
            for (CompletableFuture<Arrival> one : asked) {
                if (one.join().reply() instanceof Pong pong) {
                    byPartition.put(pong.partition(), pong.signals());
                }
            }
            return new Known(asked.size(), byPartition);
        });
    }

    private CompletableFuture<Arrival> ask(int partition) {
        CorrelationId id = wires.ids().next();
        CompletableFuture<Arrival> arrival = wires.pending()
                .open(
                        id,
                        new ExpectedReply(ExpectedReply.Kind.PONG, Integer.toString(partition)),
                        knownWithin.toMillis());
        if (arrival.isDone()) {
            return arrival;
        }
        byte[] value = RequestCodec.encode(new Ping()
                .repliedTo(new ReplyAddress(wires.replyPartition(), wires.ids().text(id))));
        wires.write(partition, null, value, (metadata, failure) -> {
            if (failure != null) {
                wires.pending().failed(id, "the ping could not be written: " + failure.getMessage());
            }
        });
        return arrival;
    }
}
