package io.sluice.cli.simulation;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.LeaseService;
import io.sluice.client.Readiness;
import io.sluice.client.ReportBatches;
import io.sluice.client.fastpath.FastAdmissions;
import io.sluice.client.fastpath.FastPath;
import io.sluice.client.fastpath.SimulatedFastPath;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.AccountPartitioner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One front end: the real fast path, over a modelled client that writes to the log and reads one reply partition.
 *
 * <p>Requests leave at the end of an event, in the order of their bytes: the fast path walks through its keys in an
 * order that differs from JVM to JVM.
 */
final class FrontEnd implements Admissions, LeaseService, SimulatedFastPath.VirtualTime {
    private static final int DELAY_MILLIS_MAX = 15;
    private static final ReplyAddress NOWHERE = new ReplyAddress(0, "-");
    private static final FastPath CONFIG = new FastPath(true, 1_000, 100, 50, 1_000, 10);

    private final World world;
    private final SimulatedCluster cluster;
    private final int number;
    private final SplittableRandom random;
    private final Map<String, Consumer<@Nullable Reply>> pending = new HashMap<>();
    private final List<Sending> sending = new ArrayList<>();
    private final Map<String, Long> leaseEndMillis;
    private final long[] appendedAtMillis = new long[World.REQUEST_PARTITIONS];
    private FastAdmissions fast;
    private LeaseService.@Nullable Listener listener;
    private int generation;
    private long sent;
    private long pausedUntilMillis;
    private long deafUntilMillis;
    private long pausedMillis;

    private record Sending(
            int partition,
            byte @Nullable [] key,
            Request request,
            String text,
            @Nullable Answering answering) {}

    /** What takes the reply, null at the deadline, and then the reply that comes late. */
    private record Answering(
            Consumer<@Nullable Reply> answer,
            long deadlineMillis,
            @Nullable Late<Reply> late) {}

    /**
     * A front end.
     *
     * @param leaseEndMillis where it notes until when, in true time, each lease may be spent
     */
    FrontEnd(World world, SimulatedCluster cluster, int number, Map<String, Long> leaseEndMillis) {
        this.world = world;
        this.cluster = cluster;
        this.number = number;
        this.leaseEndMillis = leaseEndMillis;
        this.random = world.chance();
        this.fast = start();
        cluster.replies().read(number, this::arrived);
    }

    private FastAdmissions start() {
        return SimulatedFastPath.start(
                new FastAdmissions.Backend(this, this, (request, detail) -> new Answer.Unavailable<>(detail)),
                CONFIG,
                this);
    }

    int number() {
        return number;
    }

    /** What callers speak to. */
    FastAdmissions fast() {
        return fast;
    }

    /** The process dies, with its leases; a new one starts in its place. */
    void crash() {
        world.note(Occurrence.FRONT_END_CRASHED, "front end " + number);
        generation++;
        pending.clear();
        sending.clear();
        listener = null;
        pausedUntilMillis = 0;
        fast = start();
    }

    /** The process is stopped for a while. */
    void pause(long millis) {
        if (isPaused()) {
            return;
        }
        world.note(Occurrence.FRONT_END_PAUSED, "front end " + number + " for " + millis);
        pausedUntilMillis = world.nowMillis() + millis;
        pausedMillis += world.defect == Defect.LEASE_OUTLIVES_PAUSE ? millis : 0;
    }

    boolean isPaused() {
        return world.nowMillis() < pausedUntilMillis;
    }

    /** Its reader misses replies for a while, and then starts anew at the end. */
    void interrupt(long millis) {
        world.note(Occurrence.REPLIES_INTERRUPTED, "front end " + number + " for " + millis);
        deafUntilMillis = world.nowMillis() + millis;
        runAfter(millis, () -> {
            if (listener != null) {
                listener.interrupted();
            }
        });
    }

    @Override
    public long nanoTime() {
        return (world.nowMillis() - pausedMillis) * 1_000_000;
    }

    /** Runs in this process: later while it is stopped, and never once it has died. */
    @Override
    public void runAfter(long millis, Runnable task) {
        int born = generation;
        world.events.after(millis, () -> run(born, task));
    }

    private void run(int born, Runnable task) {
        if (born != generation) {
            return;
        }
        if (isPaused()) {
            world.events.at(pausedUntilMillis, () -> run(born, task));
        } else {
            task.run();
        }
    }

    private void arrived(String correlationId, byte[] value) {
        if (world.nowMillis() < deafUntilMillis) {
            return;
        }
        runAfter(0, () -> accept(correlationId, decoded(value)));
    }

    private static Reply decoded(byte[] value) {
        try {
            return ReplyCodec.decode(value);
        } catch (WireException e) {
            throw new AssertionError("a reply cannot be read: " + new String(value, StandardCharsets.UTF_8), e);
        }
    }

    private void accept(String correlationId, Reply reply) {
        if (reply instanceof Revocation revocation) {
            world.note(Occurrence.REVOKED, "at front end " + number + ": " + revocation);
            if (listener != null) {
                listener.revoked(revocation);
            }
            return;
        }
        Consumer<@Nullable Reply> waiting = pending.remove(correlationId);
        if (waiting != null) {
            waiting.accept(reply);
        }
    }

    private <T> CompletableFuture<Answer<T>> ask(
            Request request, String account, long deadlineMillis, Function<Reply, Answer<T>> read) {
        return ask(request, account, deadlineMillis, read, /* late= */ null);
    }

    private <T> CompletableFuture<Answer<T>> ask(
            Request request,
            String account,
            long deadlineMillis,
            Function<Reply, Answer<T>> read,
            @Nullable Late<Reply> late) {
        CompletableFuture<Answer<T>> answer = new CompletableFuture<>();
        Consumer<@Nullable Reply> answering = reply ->
                answer.complete(reply == null ? new Answer.Unavailable<>("no reply in time") : read.apply(reply));
        add(request, account, new Answering(answering, deadlineMillis, late));
        return answer;
    }

    private void add(Request request, String account, @Nullable Answering answering) {
        byte[] key = account.getBytes(StandardCharsets.UTF_8);
        String text = new String(
                RequestCodec.encode(request.repliedTo(answering == null ? null : NOWHERE)), StandardCharsets.UTF_8);
        sending.add(new Sending(
                AccountPartitioner.partitionOf(key, World.REQUEST_PARTITIONS), key, request, text, answering));
    }

    /** What was asked within one event leaves for the log. */
    void flush() {
        if (sending.isEmpty()) {
            return;
        }
        List<Sending> leaving = new ArrayList<>(sending);
        sending.clear();
        leaving.sort(Comparator.comparingInt(Sending::partition).thenComparing(Sending::text));
        leaving.forEach(this::send);
    }

    private void send(Sending request) {
        ReplyAddress address = null;
        Answering answering = request.answering();
        if (answering != null) {
            String id = "fe" + number + "-" + generation + "-" + sent++;
            address = new ReplyAddress(number, id);
            pending.put(id, answering.answer());
            runAfter(answering.deadlineMillis(), () -> {
                Consumer<@Nullable Reply> waiting = pending.remove(id);
                if (waiting != null) {
                    waitOn(id, answering);
                    waiting.accept(null);
                }
            });
        }
        byte[] value = RequestCodec.encode(request.request().repliedTo(address));
        int partition = request.partition();
        // One producer keeps its order in each partition, and none between them.
        appendedAtMillis[partition] =
                Math.max(appendedAtMillis[partition], world.nowMillis() + 1 + random.nextInt(DELAY_MILLIS_MAX));
        world.events.at(appendedAtMillis[partition], () -> {
            world.trace.add("front end " + number + " to partition " + partition + ": " + request.text());
            cluster.log().append(partition, request.key(), value);
        });
    }

    /** A reply that brings a lease is taken beyond its deadline. */
    private void waitOn(String id, Answering answering) {
        Late<Reply> late = answering.late();
        long millis = late == null ? 0 : late.withinMillis() - answering.deadlineMillis();
        if (late == null || millis <= 0) {
            return;
        }
        pending.put(id, reply -> {
            world.coverage.count(Occurrence.LATE_REPLY_TAKEN);
            late.taker().accept(reply);
        });
        runAfter(millis, () -> pending.remove(id));
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return admitted(request, deadlineMillis, /* late= */ null);
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(
            AdmissionRequest request, long deadlineMillis, Late<AdmissionVerdict.Recorded> late) {
        return admitted(request, deadlineMillis, late);
    }

    private CompletableFuture<Answer<AdmissionVerdict>> admitted(
            AdmissionRequest request, long deadlineMillis, @Nullable Late<AdmissionVerdict.Recorded> late) {
        long requestedMillis = world.nowMillis();
        Function<Reply, AdmissionVerdict.Recorded> read = reply -> {
            Verdict verdict = (Verdict) reply;
            LeaseTerms lent = verdict.lease();
            if (lent != null && lent.tokens() > 0) {
                world.note(Occurrence.LEASE_GRANTED, verdict.decisionId() + " of " + lent.tokens());
                leaseEndMillis.put(verdict.decisionId(), requestedMillis + lent.ttlMillis());
                if (lent.overMillis() > 0) {
                    world.coverage.count(Occurrence.COMING_LEASE_GRANTED);
                }
                if (request.route().path().equals(RulesetSamples.LENT)) {
                    world.coverage.count(Occurrence.WIDE_LEASE_GRANTED);
                }
            }
            return new AdmissionVerdict.Recorded(verdict);
        };
        return ask(
                request,
                request.clientId().account(),
                deadlineMillis,
                reply -> new Answer.Answered<>(read.apply(reply)),
                late == null
                        ? null
                        : new Late<>(late.withinMillis(), reply -> late.taker().accept(read.apply(reply))));
    }

    private static <T> Answer<T> typed(Class<T> type, Reply reply) {
        return type.isInstance(reply)
                ? new Answer.Answered<>(type.cast(reply))
                : new Answer.Refused<>(((Verdict) reply).error());
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return ask(request, request.account(), deadlineMillis, reply -> typed(BatchVerdict.class, reply));
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return ask(request, request.clientId().account(), deadlineMillis, reply -> typed(SettlementReply.class, reply));
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return ask(
                new QuotaQuery(clientId), clientId.account(), deadlineMillis, reply -> typed(QuotaReport.class, reply));
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return ask(
                new ExplainQuery(request),
                request.clientId().account(),
                deadlineMillis,
                reply -> typed(Explanation.class, reply));
    }

    @Override
    public CompletableFuture<Answer<LeaseReply>> lease(
            LeaseRequest request, long deadlineMillis, Late<LeaseReply> late) {
        long requestedMillis = world.nowMillis();
        Function<Reply, Answer<LeaseReply>> read = reply -> {
            if (reply instanceof LeaseReply lease && lease.tokens() > 0) {
                world.note(Occurrence.LEASE_GRANTED, lease.decisionId() + " of " + lease.tokens());
                leaseEndMillis.put(lease.decisionId(), requestedMillis + lease.ttlMillis());
            }
            return typed(LeaseReply.class, reply);
        };
        Late<Reply> lateReply = new Late<>(late.withinMillis(), reply -> {
            LeaseReply lease = read.apply(reply).orNull();
            if (lease != null) {
                late.taker().accept(lease);
            }
        });
        return ask(request, request.clientId().account(), deadlineMillis, read, lateReply);
    }

    @Override
    public void report(LeaseReport report) {
        add(report, report.clientId().account(), null);
    }

    @Override
    public void report(List<LeaseReport> reports) {
        // Whose report comes first depends on the order of keys, too.
        List<LeaseReport> inOrder = new ArrayList<>(reports);
        inOrder.sort(Comparator.comparing(report -> new String(RequestCodec.encode(report), StandardCharsets.UTF_8)));
        for (ReportBatches.Batch batch : ReportBatches.of(inOrder, World.REQUEST_PARTITIONS)) {
            String text = new String(RequestCodec.encode(batch.request()), StandardCharsets.UTF_8);
            sending.add(new Sending(batch.partition(), batch.key(), batch.request(), text, null));
        }
    }

    @Override
    public void listen(LeaseService.Listener newListener) {
        listener = newListener;
    }

    @Override
    public Readiness readiness() {
        return new Readiness(true, "");
    }
}
