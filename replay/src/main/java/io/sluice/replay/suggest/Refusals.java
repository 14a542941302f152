package io.sluice.replay.suggest;

/**
 * What a limit refuses under one factor.
 *
 * @param accounts accounts that the limit applies to
 * @param refusedAccounts of these, those that it ever refuses
 * @param requests requests that it applies to
 * @param refusedRequests of these, those that it refuses
 */
public record Refusals(long accounts, long refusedAccounts, long requests, long refusedRequests) {
    public static final Refusals NONE = new Refusals(0, 0, 0, 0);

    /** Both together; they are of different partitions, so no account is in both. */
    public Refusals plus(Refusals other) {
        return new Refusals(
                accounts + other.accounts,
                refusedAccounts + other.refusedAccounts,
                requests + other.requests,
                refusedRequests + other.refusedRequests);
    }

    /** The share that is refused, in millionths. */
    public long refusedPerMillion(RefusalGoal.Of of) {
        long all = of == RefusalGoal.Of.ACCOUNTS ? accounts : requests;
        long refused = of == RefusalGoal.Of.ACCOUNTS ? refusedAccounts : refusedRequests;
        return all == 0 ? 0 : Math.round(1e6 * refused / all);
    }
}
