package io.sluice.schemas.wide;

import io.sluice.schemas.topic.AccountPartitioner;
import java.util.List;

/**
 * A request on its way: to the owners of the wide buckets that it meets, one after the other, and then to the partition
 * of its account.
 *
 * @param trip how often the account's partition has sent it out
 * @param sentMillis when it was sent out first: the broker's time stamp of the record that asked for it
 * @param follows whether it goes behind an earlier request with its idempotency key, and charges nothing
 * @param account whose partition decides it
 * @param request the record of the request, with its reply address, as JSON text
 * @param visits the buckets that it has yet to visit; if there is none, this is the way home
 * @param statements what the owners have said so far
 * @param wish tokens that its account's own limits would lend beside the verdict; 0 for none, or on the way home
 */
public record TravellingRequest(
        int from,
        long offset,
        int to,
        int trip,
        long sentMillis,
        boolean follows,
        String account,
        String request,
        List<WideTarget> visits,
        List<OwnerStatement> statements,
        long wish)
        implements PartitionMessage {
    /** The most wide buckets that one request can visit. */
    public static final int VISITS_MAX = 16;
    /** How often the account's partition sends a request out, while rules change and statements grow old. */
    public static final int TRIPS_MAX = 4;
    /** Bytes of the request's record: several times what its caller may have sent. */
    public static final int REQUEST_BYTES_MAX = 262_144;

    public TravellingRequest {
        visits = List.copyOf(visits);
        statements = List.copyOf(statements);
    }

    @Override
    public long sequence() {
        return PartitionMessage.sequence(offset, 0);
    }

    /** The partition that it goes to next. */
    public static int next(List<WideTarget> visits, String account, int partitions) {
        return visits.isEmpty()
                ? AccountPartitioner.partitionOf(account, partitions)
                : visits.get(0).owner(partitions);
    }
}
