package io.sluice.schemas.codec;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.ReplyAddress;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The two encoded records of one decided admission: its decision, and its verdict. Both have the same details, which is
 * most of both, so those members are written once and copied.
 *
 * @param decision as {@link DecisionCodec} encodes it
 * @param verdict as {@link ReplyCodec} encodes it; null if no caller waits for it
 */
public record ReplyAndDecision(byte[] decision, byte @Nullable [] verdict) {

    /**
     * Encodes a decision, and the verdict with the same details.
     *
     * @param address where the verdict is sent; null if no caller waits for it
     */
    public static ReplyAndDecision of(Decision decision, @Nullable ReplyAddress address) {
        return of(decision, address, /* terms= */ null);
    }

    /**
     * The same with what the verdict says of a lease.
     *
     * @param terms see {@link io.sluice.schemas.reply.Verdict#lease}
     */
    public static ReplyAndDecision of(Decision decision, @Nullable ReplyAddress address, @Nullable LeaseTerms terms) {
        return address == null
                ? new ReplyAndDecision(DecisionCodec.encode(decision), null)
                : Json.made(json -> both(json, decision, address, terms));
    }

    private static ReplyAndDecision both(
            JsonBytes json, Decision decision, ReplyAddress address, @Nullable LeaseTerms terms) throws IOException {
        json.writeStartObject();
        ReplyCodec.writeVerdictHead(json, decision, address, terms);
        int decidedFrom = json.size();
        VerdictDetailsJson.write(json, decision.details());
        int decidedTo = json.size();
        json.writeEndObject();
        int verdictTo = json.size();
        json.beginNext();
        json.writeStartObject();
        DecisionCodec.writeHead(json, decision);
        json.repeat(decidedFrom, decidedTo);
        json.writeEndObject();
        return new ReplyAndDecision(json.bytes(verdictTo, json.size()), json.bytes(0, verdictTo));
    }
}
