package io.sluice.replay.run;

import io.sluice.replay.log.LoggedRecord;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The record that has sent a request on to another partition: it came before, whatever the time stamps say. */
record MessageCause(int partition, long offset) {
    private static final byte[] MARK = MessageKey.PREFIX.getBytes(StandardCharsets.US_ASCII);

    /** The cause of a record; null if it carries no request of another record. */
    static @Nullable MessageCause of(LoggedRecord record) {
        if (!hasMark(record.value())
                || !(RequestCodec.decode(record.key(), record.value()) instanceof DecodedRequest.WellFormed wellFormed)
                || !(wellFormed.record().request() instanceof ControlRecord control)
                || !PartitionMessageCodec.isOne(control.payload())) {
            return null;
        }
        try {
            PartitionMessage message = PartitionMessageCodec.decode(control.payload());
            return message instanceof TravellingRequest request
                    ? new MessageCause(request.from(), request.offset())
                    : null;
        } catch (WireException e) {
            // Its processor refuses it.
            return null;
        }
    }

    /** Most records are none, and need not be decoded for that. */
    private static boolean hasMark(byte @Nullable [] value) {
        if (value == null) {
            return false;
        }
        for (int from = 0; from <= value.length - MARK.length; from++) {
            int same = 0;
            while (same < MARK.length && value[from + same] == MARK[same]) {
                same++;
            }
            if (same == MARK.length) {
                return true;
            }
        }
        return false;
    }
}
