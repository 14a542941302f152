package io.sluice.testkit.gen;

/**
 * What generated traffic looks like.
 *
 * @param accounts distinct accounts; low numbers occur more often than high ones
 * @param clientsPerAccount distinct clients of each account; 1 for flat client IDs
 * @param costMax the highest cost; every cost from 0 on occurs
 * @param replyPartitions partitions that replies are spread over; 0 for requests without a reply
 * @param keyedPercent percentage of requests with an idempotency key; a third of them reuse an earlier key
 */
public record TrafficShape(int accounts, int clientsPerAccount, long costMax, int replyPartitions, int keyedPercent) {
    public TrafficShape {
        if (accounts < 1 || clientsPerAccount < 1 || costMax < 0 || replyPartitions < 0) {
            throw new IllegalArgumentException("shape: " + accounts + " accounts, " + clientsPerAccount
                    + " clients, cost " + costMax + ", " + replyPartitions + " reply partitions (expected: some)");
        }
        if (keyedPercent < 0 || keyedPercent > 100) {
            throw new IllegalArgumentException("keyedPercent: " + keyedPercent + " (expected: 0..100)");
        }
    }

    /** A little of everything: 8 accounts of 3 clients, costs to 4, a fifth with an idempotency key. */
    public static TrafficShape mixed(int replyPartitions) {
        return new TrafficShape(8, 3, 4, replyPartitions, 20);
    }
}
