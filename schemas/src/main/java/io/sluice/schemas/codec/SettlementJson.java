package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.request.ClientId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The members that settlements share on the reply topic, on the decision topic and over REST. */
public final class SettlementJson {
    static final String OUTCOME = "outcome";
    static final String TYPE = "settlement";

    private SettlementJson() {}

    /** Writes the members of a settlement into the object that is open. */
    public static void write(JsonGenerator json, Settlement settlement) throws IOException {
        json.writeStringField("clientId", settlement.clientId().text());
        json.writeStringField(OUTCOME, settlement.outcome().wireName());
        json.writeStringField(settlement.slots() ? "releaseId" : "reservationId", settlement.holdId());
        json.writeNumberField("reserved", settlement.reserved());
        json.writeNumberField("cost", settlement.cost());
        json.writeNumberField("returned", settlement.returned());
        if (settlement.uncharged() > 0) {
            json.writeNumberField("uncharged", settlement.uncharged());
        }
        json.writeNumberField("rulesetRevision", settlement.rulesetRevision());
        json.writeNumberField("decidedAtMillis", settlement.decidedAtMillis());
        json.writeBooleanField("replayed", settlement.replayed());
        VerdictDetailsJson.writeLimits(json, settlement.limits());
    }

    /** Collects the members above; those shared with a decided admission are collected in its draft. */
    static final class Draft {
        private final VerdictDetailsJson.Draft details;
        private String outcome = "";
        private long reserved;
        private long cost;

        Draft(VerdictDetailsJson.Draft details) {
            this.details = details;
        }

        /** Reads one member; returns false, and reads nothing, if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case OUTCOME -> outcome(Json.text(name, json));
                case "reserved" -> reserved = Json.integer(name, json);
                case "cost" -> cost = Json.integer(name, json);
                case "returned" -> Json.integer(name, json);
                default -> {
                    return details.read(name, json);
                }
            }
            return true;
        }

        /** Keeps the word: replies of other types have an outcome, too. */
        void outcome(String word) {
            outcome = word;
        }

        private static Settlement.Outcome outcomeOf(String text) throws WireException {
            for (Settlement.Outcome outcome : Settlement.Outcome.values()) {
                if (outcome.wireName().equals(text)) {
                    return outcome;
                }
            }
            throw new WireException("outcome", text + " (expected: committed, cancelled, released or expired)");
        }

        Settlement settlement(@Nullable String clientId) throws WireException {
            String reservationId = details.held().reservationId();
            String releaseId = details.held().releaseId();
            String holdId = reservationId == null ? releaseId : reservationId;
            if (outcome.isEmpty() || holdId == null || clientId == null) {
                throw new WireException("", "no outcome, ID or client (expected: a settlement)");
            }
            return new Settlement(
                    outcomeOf(outcome),
                    ClientId.parse("clientId", clientId),
                    holdId,
                    reservationId == null,
                    reserved,
                    cost,
                    details.members().uncharged(),
                    details.members().decidedAtMillis(),
                    details.members().rulesetRevision(),
                    details.members().replayed(),
                    details.members().limits());
        }
    }
}
