package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.ledger.AdmissionResult.CreditChange;
import io.sluice.engine.ledger.AdmissionResult.NewIdempotencyRecord;
import io.sluice.engine.ledger.BatchResult.BatchOutcome;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Charges several checks of one account all together, or not at all: reads the ledger, and returns the changes.
 *
 * <p>A ledger of its own decides the checks one after the other. Its store shows the charges of earlier checks over the
 * real buckets ({@link PendingStore}). So a bucket that two checks share counts both:
 *
 * <pre>
 *   bucket   found 10     check 0 costs 6: 10 -&gt; 4     check 1 costs 6: 4, refused     found 10, nothing is kept
 * </pre>
 *
 * <p>The wait of a refused batch is the wait of its buckets, each for all tokens that the checks together want of it
 * (12 above: never, if the capacity is 10). That is exact because several charges to one bucket at one moment equal
 * one charge of their sum. Deny lists come first, for all checks, since waiting for tokens does not help against
 * them.
 */
public final class BatchEvaluator {
    /** Limits that all checks of a batch may meet together: bounds its work and the size of its record. */
    public static final int LIMITS_MET_MAX = 1_000;
    /** Characters that their scopes may have together, for the same reason. */
    public static final int SCOPE_CHARS_MAX = 200_000;
    /** Wide buckets that all checks of a batch may meet together. */
    public static final int VISITS_MAX = 16;
    /** Buckets that one answer lists; the deciding one comes first. */
    public static final int LIMITS_REPORTED_MAX = 64;

    /** Batches of an account share their keys; no client ID is empty, so no admission's key is among them. */
    static final String NO_CLIENT = "";
    /**
     * The part of an idempotency record's fingerprint that says which check was refused, plus one; the rest is of the
     * request.
     */
    private static final long REFUSED_MASK = 0xff;

    /** Reasons to allow, the most specific one first. */
    private static final List<Reason> TELLING = List.of(
            Reason.TAGGED,
            Reason.WITHIN_GRACE,
            Reason.CHARGED_IN_PART,
            Reason.CHARGED,
            Reason.REFUNDED,
            Reason.WITHIN_LIMITS);

    private static final List<Reason> REFUSING_ALONE = List.of(Reason.DENY_LISTED, Reason.PENALTY);

    private final Ledger ledger;
    private final LedgerStore store;

    /** Evaluates the batches of a ledger, which has this store. */
    public BatchEvaluator(Ledger ledger, LedgerStore store) {
        this.ledger = ledger;
        this.store = store;
    }

    /**
     * Decides a batch; changes nothing. The account's due holds have been ended before.
     *
     * @param checks at least one, all of one account, that reserve nothing
     * @param offset the request's offset in the log
     */
    public BatchResult decide(List<Admission> checks, @Nullable String idempotencyKey, long nowMillis, long offset) {
        return decide(
                checks, checks.stream().map(check -> WideStatements.NONE).toList(), idempotencyKey, nowMillis, offset);
    }

    /**
     * Decides a batch by what is known of the wide buckets that its checks meet; changes nothing.
     *
     * @param statements for each check, what owners said
     */
    public BatchResult decide(
            List<Admission> checks,
            List<WideStatements> statements,
            @Nullable String idempotencyKey,
            long nowMillis,
            long offset) {
        if (idempotencyKey == null) {
            return visited(checks, statements, null, nowMillis, offset);
        }
        IdempotencyRecordKey key = new IdempotencyRecordKey(checks.get(0).account(), NO_CLIENT, idempotencyKey);
        long fingerprint = Fingerprint.of(checks) & ~REFUSED_MASK;
        IdempotencyRecord idempotencyRecord = store.idempotencyRecord(key);
        if (idempotencyRecord == null || idempotencyRecord.isExpired(nowMillis)) {
            return visited(checks, statements, new PendingBatchIdempotencyRecord(key, fingerprint), nowMillis, offset);
        }
        return (idempotencyRecord.fingerprint() & ~REFUSED_MASK) == fingerprint
                ? new BatchResult.Replayed(remembered(idempotencyRecord))
                : new BatchResult.KeyReused(idempotencyRecord.outcome().decidedAtMillis());
    }

    private record PendingBatchIdempotencyRecord(IdempotencyRecordKey key, long fingerprint) {
        NewIdempotencyRecord idempotencyRecord(BatchOutcome batch, Ruleset ruleset, PartitionClock clock) {
            Outcome outcome = batch.outcome();
            long expiresAtMillis = PendingIdempotencyRecord.expiresAtMillis(outcome, ruleset, clock);
            return new NewIdempotencyRecord(
                    key, new IdempotencyRecord(fingerprint | (batch.refusedCheck() + 1), expiresAtMillis, outcome));
        }
    }

    private static BatchOutcome remembered(IdempotencyRecord idempotencyRecord) {
        return new BatchOutcome(
                (int) (idempotencyRecord.fingerprint() & REFUSED_MASK) - 1, idempotencyRecord.outcome());
    }

    /** One check, and what is known of the wide buckets that it meets; others do not count. */
    private record Check(Admission admission, WideStatements statements) {
        Check costing(long cost) {
            return new Check(admission.costing(cost), statements);
        }

        Check costingFinally(long cost) {
            return new Check(admission.costingFinally(cost), statements);
        }
    }

    /** The decision, unless it admits and wide buckets are missing. */
    private BatchResult visited(
            List<Admission> admissions,
            List<WideStatements> statements,
            @Nullable PendingBatchIdempotencyRecord pending,
            long nowMillis,
            long offset) {
        List<Check> checks = new ArrayList<>(admissions.size());
        for (int i = 0; i < admissions.size(); i++) {
            checks.add(new Check(
                    admissions.get(i), new WideStatements(statements.get(i).all(), /* asks= */ false)));
        }
        BatchResult result = details(checks, pending, nowMillis, offset);
        if (!ledger.timeline().active().hasWideLimits()
                || !(result instanceof BatchResult.Decided decided)
                || !decided.outcome().allowed()) {
            return result;
        }
        List<BatchResult.Visit> missing = new ArrayList<>();
        int known = 0;
        for (int i = 0; i < checks.size(); i++) {
            Admission admission = admissions.get(i);
            for (Limit limit : ledger.timeline(admission.account()).limitsFor(admission)) {
                if (limit.isWide()
                        && limit.counts(admission.mode())
                        && !isListed(decided.checks().get(i))) {
                    WideName name = new WideName(limit.id(), limit.scope().valueIn(admission));
                    known++;
                    if (statements.get(i).of(name) == null) {
                        missing.add(new BatchResult.Visit(i, name));
                    }
                }
            }
            if (known > VISITS_MAX) {
                return new BatchResult.TooManyVisits(i);
            }
        }
        return missing.isEmpty() ? decided.keeping(kept(statements, decided)) : new BatchResult.Unvisited(missing);
    }

    private static List<WideStatement> kept(List<WideStatements> statements, BatchResult.Decided decided) {
        List<WideStatement> kept = new ArrayList<>();
        for (int i = 0; i < statements.size(); i++) {
            for (WideStatement statement : statements.get(i).charged()) {
                if (WideLedger.keeps(statement, decided.checks().get(i))) {
                    kept.add(statement);
                }
            }
        }
        return kept;
    }

    /** What becomes of the vouchers among the statements about each check. */
    public static List<WideEnd> ends(List<WideStatements> statements, @Nullable BatchResult result) {
        // None of them if the batch is refused.
        List<AdmissionResult.Decided> checks =
                result instanceof BatchResult.Decided decided ? decided.checks() : List.of();
        List<WideEnd> ends = new ArrayList<>();
        for (int i = 0; i < statements.size(); i++) {
            AdmissionResult check = checks.isEmpty() ? null : checks.get(i);
            ends.addAll(WideLedger.ends(statements.get(i).all(), check));
        }
        return ends;
    }

    private static boolean isListed(AdmissionResult.Decided check) {
        return check.outcome().reason() == Reason.ALLOW_LISTED;
    }

    private BatchResult details(
            List<Check> checks, @Nullable PendingBatchIdempotencyRecord pending, long nowMillis, long offset) {
        List<Outcome> alone = new ArrayList<>(checks.size());
        BatchResult unfit = unfit(checks, nowMillis, offset, alone);
        if (unfit != null) {
            return unfit;
        }
        List<AdmissionResult.Decided> decided = new ArrayList<>(checks.size());
        BatchOutcome refusal = refusedAlone(alone);
        PenaltyChange penalties = refusal == null
                ? null
                : decided(ledger, checks.get(refusal.refusedCheck()), nowMillis, offset)
                        .penalties();
        Ledger pendingLedger = new Ledger(new PendingStore(store), ledger.timeline());
        for (int i = 0; i < checks.size() && refusal == null; i++) {
            AdmissionResult.Decided check = decided(pendingLedger, checks.get(i), nowMillis, offset);
            if (check.outcome().allowed()) {
                pendingLedger.apply(check);
                decided.add(check);
            } else {
                boolean challenged = check.outcome().reason() == Reason.CHALLENGED;
                refusal = new BatchOutcome(i, refusal(checks, challenged, nowMillis, offset));
                penalties = check.penalties();
            }
        }
        BatchOutcome outcome = refusal == null ? new BatchOutcome(-1, allowed(decided)) : refusal;
        return new BatchResult.Decided(
                outcome,
                refusal == null ? decided : List.of(),
                pending == null
                        ? null
                        : pending.idempotencyRecord(outcome, ledger.timeline().active(), ledger.clock()),
                penalties,
                /* kept= */ List.of());
    }

    /**
     * Why these checks cannot be a batch under these rules, whatever is left in the buckets; null if they can.
     *
     * @param alone receives the result of each check by itself
     */
    private @Nullable BatchResult unfit(List<Check> checks, long nowMillis, long offset, List<Outcome> alone) {
        int met = 0;
        int scopeChars = 0;
        for (int i = 0; i < checks.size(); i++) {
            Outcome outcome = decided(ledger, checks.get(i), nowMillis, offset).outcome();
            List<LimitOutcome> limits = outcome.limits();
            alone.add(outcome);
            met += limits.size();
            for (LimitOutcome limit : limits) {
                scopeChars += limit.scope().length();
            }
            if (met > LIMITS_MET_MAX || scopeChars > SCOPE_CHARS_MAX) {
                return new BatchResult.TooManyLimits(i);
            }
            Admission admission = checks.get(i).admission();
            boolean takes = admission.cost() > 0 && admission.mode() == ChargeMode.CHECK;
            String slots = !takes ? null : limitWithSlots(limits, admission.account());
            if (slots != null) {
                return new BatchResult.TakesSlots(i, slots);
            }
        }
        return null;
    }

    /** A deny list or a penalty answers before any limit, whichever check it concerns. */
    private static @Nullable BatchOutcome refusedAlone(List<Outcome> alone) {
        for (int i = 0; i < alone.size(); i++) {
            if (REFUSING_ALONE.contains(alone.get(i).reason())) {
                return new BatchOutcome(i, alone.get(i));
            }
        }
        return null;
    }

    private @Nullable String limitWithSlots(List<LimitOutcome> limits, String account) {
        for (LimitOutcome met : limits) {
            Limit limit = ledger.timeline(account).limit(met.limitId());
            if (limit != null && limit.algorithm() instanceof Concurrency) {
                return limit.id();
            }
        }
        return null;
    }

    /** A batch proceeds at once or not at all: it takes nothing in advance. */
    private static AdmissionResult.Decided decided(Ledger by, Check check, long nowMillis, long offset) {
        return (AdmissionResult.Decided) by.decide(
                check.admission().atOnce(), /* idempotencyKey= */ null, check.statements(), nowMillis, offset);
    }

    /** The name of a bucket in an answer: all of them are of one account. */
    private record Bucket(String limitId, String scope) {
        static Bucket of(LimitOutcome limit) {
            return new Bucket(limit.limitId(), limit.scope());
        }
    }

    /** The answers of all checks as one: each bucket as the last check left it. */
    private static Outcome allowed(List<AdmissionResult.Decided> checks) {
        Map<Bucket, LimitOutcome> last = new LinkedHashMap<>();
        Outcome first = checks.get(0).outcome();
        Reason reason = first.reason();
        long cost = 0;
        for (AdmissionResult.Decided check : checks) {
            for (LimitOutcome limit : check.outcome().limits()) {
                last.merge(Bucket.of(limit), limit, (earlier, later) -> later.after(earlier));
            }
            cost += check.outcome().cost();
            reason = telling(reason, check.outcome().reason());
        }
        return reported(first, cost, reason, List.copyOf(last.values()));
    }

    /** Of two reasons to allow, the more specific one: a tag, then limits that were met, then none. */
    private static Reason telling(Reason reason, Reason other) {
        for (Reason telling : TELLING) {
            if (reason == telling || other == telling) {
                return telling;
            }
        }
        return reason;
    }

    /** Every bucket as it is found, and when it has enough for all checks together. */
    private Outcome refusal(List<Check> checks, boolean challenged, long nowMillis, long offset) {
        Map<Bucket, Long> wanted = new HashMap<>();
        Map<Bucket, LimitOutcome> limits = new LinkedHashMap<>();
        Map<Bucket, Long> wideWanted = wideWanted(checks);
        Outcome first =
                decided(ledger, checks.get(0).costing(0), nowMillis, offset).outcome();
        for (Check check : checks) {
            Outcome peek = decided(ledger, check.costing(0), nowMillis, offset).outcome();
            Outcome whole = decided(ledger, check, nowMillis, offset).outcome();
            Map<Long, Outcome> bySum = new HashMap<>();
            for (int j = 0; j < peek.limits().size(); j++) {
                LimitOutcome found = peek.limits().get(j);
                Bucket bucket = Bucket.of(found);
                // The tokens that the checks so far need from the bucket. The priority of this check must allow all
                // of them.
                MeteredCharge own = whole.limits().get(j).metered();
                long cost = own == null ? whole.cost() : own.cost();
                long sum = wanted.merge(bucket, cost, Long::sum);
                LimitOutcome said = cost == 0
                        ? found
                        : bySum.computeIfAbsent(
                                        sum,
                                        all -> decided(ledger, check.costingFinally(all), nowMillis, offset)
                                                .outcome())
                                .limits()
                                .get(j);
                // The owner was asked about one check only.
                boolean fits = wideWanted.getOrDefault(bucket, 0L) <= found.capacity();
                long retryAfterMillis = fits ? said.retryAfterMillis() : Algorithm.NEVER;
                LimitOutcome before = limits.get(bucket);
                if (before == null || retryAfterMillis > before.retryAfterMillis()) {
                    MeteredCharge wants = own == null ? null : new MeteredCharge(sum, 0);
                    limits.put(bucket, found.waiting(retryAfterMillis, said.action(), wants));
                }
            }
        }
        boolean possible = limits.values().stream()
                .noneMatch(limit -> limit.enforced() && !limit.tagged() && limit.retryAfterMillis() == Algorithm.NEVER);
        Reason denied = possible ? Reason.LIMIT_EXCEEDED : Reason.COST_ABOVE_CAPACITY;
        Reason reason = challenged ? Reason.CHALLENGED : denied;
        Outcome refused = reported(first, 0, reason, List.copyOf(limits.values()));
        LimitOutcome deciding = refused.deciding();
        long cost = deciding == null ? 0 : wanted.getOrDefault(Bucket.of(deciding), 0L);
        return reported(first, cost, reason, refused.limits());
    }

    /** What all checks together want of each wide bucket, whether its owner was asked already or not. */
    private Map<Bucket, Long> wideWanted(List<Check> checks) {
        Map<Bucket, Long> wanted = new HashMap<>();
        if (!ledger.timeline().active().hasWideLimits()) {
            return wanted;
        }
        for (Check check : checks) {
            Admission admission = check.admission();
            for (Limit limit : ledger.timeline(admission.account()).limitsFor(admission)) {
                if (limit.isWide() && limit.counts(admission.mode())) {
                    wanted.merge(
                            new Bucket(limit.id(), limit.scope().valueIn(admission)),
                            limit.metering().costOf(admission),
                            Long::sum);
                }
            }
        }
        return wanted;
    }

    /** An answer with as many limits as are listed. The deciding one is first, so that its scope is listed, too. */
    private static Outcome reported(Outcome first, long cost, Reason reason, List<LimitOutcome> limits) {
        Outcome whole = new Outcome(
                first.decidedAtMillis(),
                first.revision(),
                first.tier(),
                cost,
                reason,
                limits,
                HoldGrant.NONE,
                reason == Reason.ALLOW_LISTED ? first.listed() : null,
                first.penalty());
        LimitOutcome deciding = whole.deciding();
        if (deciding == null || limits.get(0).equals(deciding)) {
            return limits.size() <= LIMITS_REPORTED_MAX
                    ? whole
                    : reported(first, cost, reason, limits.subList(0, LIMITS_REPORTED_MAX));
        }
        List<LimitOutcome> reported = new ArrayList<>(limits);
        reported.remove(deciding);
        reported.add(0, deciding);
        return reported(first, cost, reason, reported);
    }

    /** Makes a result's changes. */
    public void apply(BatchResult result) {
        if (!(result instanceof BatchResult.Decided decided)) {
            return;
        }
        // In their order: the last change of a bucket holds those before it.
        decided.checks().forEach(ledger::apply);
        if (decided.penalties() != null) {
            ledger.apply(decided.penalties());
        }
        NewIdempotencyRecord idempotencyRecord = decided.idempotencyRecord();
        if (idempotencyRecord != null) {
            store.putIdempotencyRecord(idempotencyRecord.key(), idempotencyRecord.idempotencyRecord());
        }
    }

    /** A bucket of which credits pay all does not change. */
    private static void addPaidByCredits(AdmissionResult.Decided check, Map<BucketKey, Long> charges) {
        CreditChange credits = check.credits();
        if (credits == null) {
            return;
        }
        for (LimitOutcome limit : check.outcome().limits()) {
            BucketKey key = new BucketKey(credits.account(), limit.limitId(), limit.scope());
            boolean changes =
                    check.changes().stream().anyMatch(change -> change.key().equals(key));
            if (limit.credit() != null && limit.credit().charged() != 0 && !changes) {
                charges.merge(key, charge(check.outcome(), key), Long::sum);
            }
        }
    }

    private static long charge(Outcome outcome, BucketKey key) {
        for (LimitOutcome limit : outcome.limits()) {
            if (limit.metered() != null
                    && limit.limitId().equals(key.limitId())
                    && limit.scope().equals(key.scope())) {
                return limit.metered().charged();
            }
        }
        return outcome.cost();
    }

    /** What a batch takes from each bucket, in the order in which its checks meet them. */
    public static Map<BucketKey, Long> charges(BatchResult.Decided batch) {
        Map<BucketKey, Long> charges = new LinkedHashMap<>();
        for (AdmissionResult.Decided check : batch.checks()) {
            for (BucketChange change : check.changes()) {
                // What exceeds a limit that lets it through is charged to nobody.
                if (!Limit.isOverage(change.key().limitId())) {
                    charges.merge(change.key(), charge(check.outcome(), change.key()), Long::sum);
                }
            }
            addPaidByCredits(check, charges);
        }
        for (WideStatement kept : batch.kept()) {
            charges.merge(
                    new BucketKey(
                            Scope.WIDE_ACCOUNT,
                            kept.name().limitId(),
                            kept.name().scope()),
                    kept.charged(),
                    Long::sum);
        }
        return charges;
    }
}
