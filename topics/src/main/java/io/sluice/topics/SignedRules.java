package io.sluice.topics;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.RulesRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.VerifyingKeys;
import io.sluice.schemas.request.ControlRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A reader of {@code sluice.rules.v1}: control records, valid only if the rules writer signed them. */
public final class SignedRules {
    private SignedRules() {}

    /**
     * The revision, or the access entries, of a record.
     *
     * @throws WireException if it is no control record, or its signed payload is neither
     * @throws UntrustedException if none of the keys proves that the rules writer signed it
     */
    public static RulesRecord read(VerifyingKeys rules, ConsumerRecord<byte[], byte[]> record)
            throws WireException, UntrustedException {
        DecodedRequest decoded = RequestCodec.decode(record.key(), record.value());
        if (decoded instanceof DecodedRequest.Malformed malformed) {
            throw new WireException(malformed.field(), malformed.detail());
        }
        if (!(((DecodedRequest.WellFormed) decoded).record().request() instanceof ControlRecord control)) {
            throw new WireException("type", "not a control record (expected: control)");
        }
        boolean isAccess = AccessSnapshotCodec.isOne(control.payload());
        if (!rules.verify(isAccess ? SignedKind.ACCESS : SignedKind.RULES, control)) {
            throw new UntrustedException("signature: not by the rules key (expected: a record of the rules writer)");
        }
        return isAccess ? AccessSnapshotCodec.decode(control.payload()) : ActivationCodec.decode(control.payload());
    }
}
