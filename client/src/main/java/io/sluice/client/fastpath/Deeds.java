package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.Tally;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done after a look at one key: collected while it is locked, done when it is not, since callers and
 * Kafka may take their time.
 */
final class Deeds {
    /** A caller and what it is told. */
    record Answered(Waiter waiter, AdmissionVerdict.Local verdict) {}

    private final LeaseKey key;
    private List<Answered> answered = List.of();
    private List<Waiter> unserved = List.of();
    private List<Tally> tallies = List.of();
    private @Nullable Asking asking;
    private long returnedTokens;

    Deeds(LeaseKey key) {
        this.key = key;
    }

    void answer(Waiter waiter, AdmissionVerdict.Local verdict) {
        answered = with(new Answered(waiter, verdict), answered);
    }

    /** The ledger has to be asked for these, one by one. */
    void askExactly(Waiter waiter) {
        unserved = with(waiter, unserved);
    }

    void ask(@Nullable Asking newAsking) {
        asking = newAsking;
    }

    void tally(Lease.Closing closing, long granted, long denied) {
        returnedTokens += granted - closing.spentTokens();
        Tally tally =
                new Tally(key.question(/* cost= */ 0), closing.id(), closing.spentTokens(), closing.allowed(), denied);
        tallies = with(tally, tallies);
    }

    void tallyDenied(long denied) {
        HoldId none = null;
        tallies = with(new Tally(key.question(/* cost= */ 0), none, 0, 0, denied), tallies);
    }

    /** Most looks come to nothing, and need no list. */
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

    List<Tally> tallies() {
        return tallies;
    }

    @Nullable Asking asking() {
        return asking;
    }

    boolean isEmpty() {
        return answered.isEmpty() && unserved.isEmpty() && tallies.isEmpty() && asking == null;
    }

    long returnedTokens() {
        return returnedTokens;
    }
}
