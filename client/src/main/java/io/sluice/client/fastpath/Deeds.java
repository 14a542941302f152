package io.sluice.client.fastpath;

import io.sluice.client.AdmissionAnswer;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.Tally;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done after a look at one key: collected while it is locked, done when it is not, since callers and Kafka
 * may take their time.
 */
final class Deeds {
    /** A caller and what it is told. */
    record Answered(Waiter waiter, AdmissionAnswer answer) {}

    private final LeaseKey key;
    private final List<Answered> answered = new ArrayList<>();
    private final List<Waiter> unserved = new ArrayList<>();
    private final List<Tally> tallies = new ArrayList<>();
    private @Nullable Asking asking;
    private long returnedTokens;

    Deeds(LeaseKey key) {
        this.key = key;
    }

    void answer(Waiter waiter, AdmissionAnswer answer) {
        answered.add(new Answered(waiter, answer));
    }

    /** The ledger has to be asked for these, one by one. */
    void askExactly(Waiter waiter) {
        unserved.add(waiter);
    }

    void ask(@Nullable Asking newAsking) {
        asking = newAsking;
    }

    void tally(Lease.Closing closing, long granted, long denied) {
        returnedTokens += granted - closing.spentTokens();
        tallies.add(
                new Tally(key.question(/* cost= */ 0), closing.id(), closing.spentTokens(), closing.allowed(), denied));
    }

    void tallyDenied(long denied) {
        HoldId none = null;
        tallies.add(new Tally(key.question(/* cost= */ 0), none, 0, 0, denied));
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
