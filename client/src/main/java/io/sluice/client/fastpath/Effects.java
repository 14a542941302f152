package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What remains to be done after work on one key: collected under its lock, done without it, since callers and Kafka may
 * take their time.
 */
final class Effects {
    /** A caller and its answer. */
    record Answered(Waiter waiter, AdmissionVerdict.Local verdict) {}

    private final LeaseKey key;
    private List<Answered> answered = List.of();
    private List<Waiter> unserved = List.of();
    private List<LeaseReport> reports = List.of();
    private @Nullable LeaseCall call;
    private long returnedTokens;
    private boolean urgent;
    private boolean due;
    private long dueNanos;

    Effects(LeaseKey key) {
        this.key = key;
    }

    void answer(Waiter waiter, AdmissionVerdict.Local verdict) {
        answered = with(new Answered(waiter, verdict), answered);
    }

    /** The scheduler has to send these to the ledger, one by one. */
    void askExactly(Waiter waiter) {
        unserved = with(waiter, unserved);
    }

    void ask(@Nullable LeaseCall newAsking) {
        call = newAsking;
    }

    void report(Lease.Closing closing, long granted, long denied) {
        returnedTokens += granted - closing.spentTokens();
        LeaseReport report = new LeaseReport(
                key.admission(/* cost= */ 0), closing.id(), closing.spentTokens(), closing.allowed(), denied);
        reports = with(report, reports);
    }

    void reportDenied(long denied) {
        DecisionId none = null;
        reports = with(new LeaseReport(key.admission(/* cost= */ 0), none, 0, 0, denied), reports);
    }

    /** Its reports come before what is asked next, so that the ledger has what they give back. */
    void urgent() {
        urgent = true;
    }

    boolean isUrgent() {
        return urgent;
    }

    /** The key is to be looked at by then. */
    void dueAt(long atNanos) {
        due = true;
        dueNanos = atNanos;
    }

    boolean isDue() {
        return due;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** Most work on a key has no effects, and needs no list. */
    private static <T> List<T> with(T one, List<T> before) {
        List<T> more = before.isEmpty() ? new ArrayList<>() : before;
        more.add(one);
        return more;
    }

    List<Answered> answered() {
        return answered;
    }

    List<Waiter> unserved() {
        return unserved;
    }

    List<LeaseReport> reports() {
        return reports;
    }

    @Nullable LeaseCall call() {
        return call;
    }

    boolean isEmpty() {
        return answered.isEmpty() && unserved.isEmpty() && reports.isEmpty() && call == null && !due;
    }

    long returnedTokens() {
        return returnedTokens;
    }
}
