package io.sluice.schemas.codec;

import io.sluice.schemas.codec.DecodedRequest.Malformed;
import io.sluice.schemas.codec.DecodedRequest.WellFormed;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.topic.AccountPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * A reader of one request partition: it decodes records, and checks what depends on their position.
 *
 * <p>Whether a record is well-formed here is a function of its bytes and of these three numbers, which are fixed for a
 * deployment. So a replay refuses exactly the records that were refused the first time.
 */
public final class RequestReader {
    private final int partition;
    private final int requestPartitions;
    private final int replyPartitions;

    public RequestReader(int partition, int requestPartitions, int replyPartitions) {
        this.partition = partition;
        this.requestPartitions = requestPartitions;
        this.replyPartitions = replyPartitions;
    }

    /** Reads one record; never throws. A reply address that it returns is within the reply topic. */
    public DecodedRequest read(byte @Nullable [] key, byte @Nullable [] value) {
        DecodedRequest decoded = RequestCodec.decode(key, value);
        if (decoded instanceof Malformed malformed) {
            ReplyAddress reply = malformed.reply();
            return reply == null || isInRange(reply) ? malformed : withoutReply(malformed.field(), malformed.detail());
        }
        RequestRecord record = ((WellFormed) decoded).record();
        ReplyAddress reply = record.reply();
        if (reply != null && !isInRange(reply)) {
            return withoutReply("reply.partition", reply.partition() + " (expected: 0.." + (replyPartitions - 1) + ")");
        }
        if (record.request() instanceof LeaseReports reports) {
            return homeless(reports, decoded);
        }
        ClientId clientId = record.request().clientId();
        if (clientId == null) {
            return decoded;
        }
        int home = AccountPartitioner.partitionOf(clientId.account(), requestPartitions);
        return home == partition
                ? decoded
                : new Malformed(
                        "partition",
                        partition + " (expected: " + home + ", the murmur2 partition of the key; librdkafka needs"
                                + " partitioner=murmur2_random)",
                        reply,
                        clientId.text());
    }

    /** Reports of several clients in one record must all belong to its partition. */
    private DecodedRequest homeless(LeaseReports reports, DecodedRequest decoded) {
        for (int i = 0; i < reports.reports().size(); i++) {
            String account = reports.reports().get(i).clientId().account();
            int home = AccountPartitioner.partitionOf(account, requestPartitions);
            if (home != partition) {
                return withoutReply(
                        LeaseReports.NAME + "[" + i + "]",
                        "of partition " + home + " (expected: of partition " + partition + ", as its record)");
            }
        }
        return decoded;
    }

    private boolean isInRange(ReplyAddress reply) {
        return reply.partition() < replyPartitions;
    }

    private static Malformed withoutReply(String field, String detail) {
        return new Malformed(field, detail, null);
    }
}
