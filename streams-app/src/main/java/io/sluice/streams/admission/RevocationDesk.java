package io.sluice.streams.admission;

import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.streams.topology.Names;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The part of one partition's adapter that tells every front end when what it was told does not hold any more.
 *
 * <p>It goes to every partition of the reply topic, since nobody keeps count of who answers by itself; rules and accounts
 * change rarely. A front end that misses it goes on until its leases are over, which is the bound that it has anyway.
 */
final class RevocationDesk {
    private final int partition;
    private final int replyPartitions;
    private final ProcessorContext<Object, byte[]> context;

    RevocationDesk(int partition, int replyPartitions, ProcessorContext<Object, byte[]> context) {
        this.partition = partition;
        this.replyPartitions = replyPartitions;
        this.context = context;
    }

    /**
     * Voids what was decided before.
     *
     * @param offset of the record that changes something
     * @param account whom it concerns; null for the whole partition
     */
    void revoke(long offset, @Nullable String account, long nowMillis) {
        byte[] value = ReplyCodec.encode(new Revocation(partition, offset, account), /* about= */ null);
        for (int reply = 0; reply < replyPartitions; reply++) {
            ReplyAddress address = new ReplyAddress(reply, Revocation.CORRELATION_ID);
            context.forward(new Record<>((Object) address, value, nowMillis), Names.REPLIES_SINK);
        }
    }
}
