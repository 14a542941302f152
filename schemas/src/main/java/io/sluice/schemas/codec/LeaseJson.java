package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.TallyRecord;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Tally;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Leases as the topics tell them: what was asked, what was granted, what became of it. */
final class LeaseJson {
    static final String LEASE = "lease";
    static final String REPORT = "report";
    static final String REVOCATION = "revocation";

    private LeaseJson() {}

    /** Writes what a lease asks, without envelope and reply address. */
    static void writeRequest(JsonGenerator json, LeaseRequest lease) throws IOException {
        RequestCodec.writeQuestion(json, lease.question());
        json.writeNumberField("ahead", lease.aheadTokens());
        json.writeNumberField("ttlMillis", lease.ttlMillis());
    }

    /** Writes what a front end tells, without envelope. */
    static void writeTally(JsonGenerator json, Tally tally) throws IOException {
        RequestCodec.writeQuestion(json, tally.question());
        if (tally.leaseId() != null) {
            json.writeStringField("leaseId", tally.leaseId().text());
        }
        json.writeNumberField("spent", tally.spentTokens());
        json.writeNumberField("allowed", tally.allowed());
        json.writeNumberField("denied", tally.denied());
    }

    /** What a record of a lease says of tokens. */
    record Amounts(long granted, long charged) {}

    /** A record of a lease as it was read: it is one if anything was granted. */
    static LeaseRecord leaseRecord(String id, LeaseRequest request, Amounts amounts, JudgedJson.Draft judged)
            throws WireException {
        long granted = amounts.granted();
        if (granted < 0 || (amounts.charged() != granted && amounts.charged() != 0)) {
            throw new WireException("charged", amounts.charged() + " (expected: " + granted + " as granted, or 0)");
        }
        return new LeaseRecord(
                id,
                request,
                granted,
                amounts.charged(),
                judged.judged(granted > 0 ? VerdictCode.ALLOW : VerdictCode.DENY));
    }

    /** Writes the members of an answer, without envelope and correlation ID. */
    static void writeReply(JsonGenerator json, LeaseReply lease) throws IOException {
        json.writeStringField("decisionId", lease.decisionId());
        json.writeNumberField("tokens", lease.tokens());
        json.writeNumberField("ttlMillis", lease.ttlMillis());
        JudgedJson.write(json, lease.judged());
    }

    /** Writes the members of a revocation, without envelope and correlation ID. */
    static void writeRevocation(JsonGenerator json, Revocation revocation) throws IOException {
        json.writeNumberField("partition", revocation.partition());
        json.writeNumberField("offset", revocation.offset());
        if (revocation.account() != null) {
            json.writeStringField("account", revocation.account());
        }
    }

    /** Writes the members of a record, without envelope. */
    static void writeRecord(JsonGenerator json, TallyRecord tally) throws IOException {
        if (tally.decisionId() != null) {
            json.writeStringField("decisionId", tally.decisionId());
        }
        json.writeStringField("account", tally.clientId().account());
        json.writeStringField(SettlementJson.OUTCOME, tally.outcome().wireName());
        if (tally.told() == null) {
            json.writeStringField("clientId", tally.clientId().text());
        } else {
            RequestCodec.writeQuestion(json, tally.told().question());
        }
        writeLeaseId(json, tally);
        json.writeNumberField("spent", tally.spent());
        json.writeNumberField("granted", tally.granted());
        json.writeNumberField("returned", tally.returned());
        json.writeNumberField("rulesetRevision", tally.rulesetRevision());
        json.writeNumberField("decidedAtMillis", tally.decidedAtMillis());
    }

    private static void writeLeaseId(JsonGenerator json, TallyRecord tally) throws IOException {
        if (tally.leaseId() != null) {
            json.writeStringField("leaseId", tally.leaseId());
        }
    }

    /** Collects the members of replies that no other reply has. */
    static final class ReplyDraft {
        private long tokens;
        private long ttlMillis;
        private long offset;
        private @Nullable String account;

        /** Reads one member; returns false, and reads nothing, if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "tokens" -> tokens = Json.integer(name, json);
                case "ttlMillis" -> ttlMillis = Json.integer(name, json);
                case "offset" -> offset = Json.integer(name, json);
                case "account" -> account = Json.text(name, json);
                default -> {
                    return false;
                }
            }
            return true;
        }

        String account() {
            return account == null ? "" : account;
        }

        LeaseReply lease(String correlationId, String decisionId, JudgedJson.Draft judged) throws WireException {
            return LeaseReply.checked(correlationId, decisionId, tokens, ttlMillis, judged.judged());
        }

        Revocation revocation(int partition) {
            return new Revocation(partition, offset, account);
        }
    }

    /** A record as it was read: the members that it shares with settlements and with what was asked come from there. */
    static TallyRecord record(
            @Nullable String decisionId, String outcome, Amounts amounts, RequestDraft told, JudgedJson.Draft judged)
            throws WireException {
        long granted = amounts.granted();
        TallyRecord.Outcome end = outcomeOf(outcome);
        boolean expired = end == TallyRecord.Outcome.EXPIRED;
        if (told.clientId == null) {
            throw new WireException("clientId", "missing (expected: account[/segment...])");
        }
        if (expired != (decisionId == null)) {
            throw new WireException("decisionId", (expired ? "given" : "missing") + " (expected: unless it expired)");
        }
        if ((end == TallyRecord.Outcome.NONE) != (told.leaseId == null)) {
            throw new WireException(
                    "leaseId",
                    (told.leaseId == null ? "missing" : "given") + " (expected: unless the outcome is none)");
        }
        long spent = told.spentTokens == null ? 0 : told.spentTokens;
        if (!TallyRecord.addsUp(end, granted, spent)) {
            throw new WireException(
                    "spent", spent + " of " + granted + " granted (expected: all, or fewer if the rest was returned)");
        }
        if (amounts.charged() != 0 && amounts.charged() != spent - granted) {
            throw new WireException("charged", amounts.charged() + " (expected: 0, or " + (spent - granted) + ")");
        }
        return new TallyRecord(
                decisionId,
                end,
                ClientId.parse("clientId", told.clientId),
                told.leaseId == null
                        ? null
                        : HoldId.parse("leaseId", told.leaseId).text(),
                granted,
                spent,
                amounts.charged(),
                judged.decidedAtMillis(),
                judged.rulesetRevision(),
                expired ? null : told.tally());
    }

    private static TallyRecord.Outcome outcomeOf(String text) throws WireException {
        for (TallyRecord.Outcome outcome : TallyRecord.Outcome.values()) {
            if (outcome.wireName().equals(text)) {
                return outcome;
            }
        }
        throw new WireException(SettlementJson.OUTCOME, text + " (expected: returned, expired, late or none)");
    }
}
