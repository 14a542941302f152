package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The records of the reply topic as JSON; schema {@code reply.v1.json}. */
public final class ReplyCodec {
    private static final String VERDICT = "verdict";
    private static final String QUOTA = "quota";
    private static final String PONG = "pong";
    private static final String RULES = "rules";

    private ReplyCodec() {}

    public static byte[] encode(Reply reply) {
        return Json.written(json -> {
            if (reply instanceof Verdict verdict) {
                writeHead(json, verdict.correlationId(), verdict.decisionId(), verdict.requestId());
                if (verdict.judged() != null) {
                    JudgedJson.write(json, verdict.judged());
                } else if (verdict.error() != null) {
                    json.writeStringField("verdict", verdict.answer().wireName());
                    JudgedJson.writeError(json, verdict.error());
                }
                return;
            }
            json.writeNumberField("v", Json.FORMAT_VERSION);
            if (reply instanceof BatchVerdict batch) {
                json.writeStringField("type", BatchJson.TYPE);
                json.writeStringField("correlationId", batch.correlationId());
                json.writeStringField("decisionId", batch.decisionId());
                if (batch.requestId() != null) {
                    json.writeStringField("requestId", batch.requestId());
                }
                BatchJson.writeRefusedCheck(json, batch.refusedCheck());
                JudgedJson.write(json, batch.judged());
            } else if (reply instanceof SettlementReply settled) {
                json.writeStringField("type", SettlementJson.TYPE);
                json.writeStringField("correlationId", settled.correlationId());
                json.writeStringField("decisionId", settled.decisionId());
                if (settled.settlement() != null) {
                    SettlementJson.write(json, settled.settlement());
                } else if (settled.error() != null) {
                    JudgedJson.writeError(json, settled.error());
                }
            } else if (reply instanceof LeaseReply lease) {
                json.writeStringField("type", LeaseJson.LEASE);
                json.writeStringField("correlationId", lease.correlationId());
                LeaseJson.writeReply(json, lease);
            } else if (reply instanceof Revocation revocation) {
                json.writeStringField("type", LeaseJson.REVOCATION);
                json.writeStringField("correlationId", revocation.correlationId());
                LeaseJson.writeRevocation(json, revocation);
            } else if (reply instanceof QuotaReport report) {
                json.writeStringField("type", QUOTA);
                json.writeStringField("correlationId", report.correlationId());
                if (report.error() != null) {
                    JudgedJson.writeError(json, report.error());
                    return;
                }
                json.writeStringField("clientId", report.clientId());
                json.writeStringField("tier", report.tier());
                json.writeNumberField("decidedAtMillis", report.decidedAtMillis());
                json.writeNumberField("rulesetRevision", report.rulesetRevision());
                JudgedJson.writeLimits(json, report.limits());
            } else if (reply instanceof Explanation explanation) {
                json.writeStringField("type", ExplanationJson.TYPE);
                json.writeStringField("correlationId", explanation.correlationId());
                ExplanationJson.write(json, explanation);
            } else if (reply instanceof Pong pong) {
                json.writeStringField("type", PONG);
                json.writeStringField("correlationId", pong.correlationId());
                json.writeNumberField("partition", pong.partition());
                json.writeNumberField("rulesetRevision", pong.rulesetRevision());
            } else if (reply instanceof RulesReply rules) {
                json.writeStringField("type", RULES);
                json.writeStringField("correlationId", rules.correlationId());
                RulesReplyJson.write(json, rules.outcome());
            } else if (reply instanceof ProfileReply profile) {
                json.writeStringField("type", ProfileReplyJson.TYPE);
                json.writeStringField("correlationId", profile.correlationId());
                ProfileReplyJson.write(json, profile.outcome());
            }
        });
    }

    /** Writes what stands before the judged members of a verdict. */
    static void writeHead(JsonGenerator json, String correlationId, String decisionId, @Nullable String requestId)
            throws IOException {
        json.writeNumberField("v", Json.FORMAT_VERSION);
        json.writeStringField("type", VERDICT);
        json.writeStringField("correlationId", correlationId);
        json.writeStringField("decisionId", decisionId);
        if (requestId != null) {
            json.writeStringField("requestId", requestId);
        }
    }

    /** Reads a reply; an unknown type is refused, unknown members are passed over. */
    public static Reply decode(byte[] value) throws WireException {
        Draft draft = new Draft();
        try (JsonParser json = Json.parser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, draft::read);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return draft.reply();
    }

    private static final class Draft {
        private final JudgedJson.Draft judged = new JudgedJson.Draft();
        private final SettlementJson.Draft settlement = new SettlementJson.Draft(judged);
        private final BatchJson.Draft batch = new BatchJson.Draft();
        private final ExplanationJson.Draft explanation = new ExplanationJson.Draft();
        private final RulesReplyJson.Draft rules = new RulesReplyJson.Draft();
        private final ProfileReplyJson.Draft profile = new ProfileReplyJson.Draft(judged, rules);
        private final LeaseJson.ReplyDraft lease = new LeaseJson.ReplyDraft();
        private String type = "";
        private String correlationId = "";
        private String decisionId = "";
        private String clientId = "";
        private @Nullable String requestId;
        private int partition;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "type" -> type = Json.text(name, json);
                case "correlationId" -> correlationId = Json.text(name, json);
                case "decisionId" -> decisionId = Json.text(name, json);
                case "clientId" -> clientId = Json.text(name, json);
                case "requestId" -> requestId = Json.text(name, json);
                case "partition" -> partition = Json.index(name, json);
                case SettlementJson.OUTCOME -> {
                    String outcome = Json.text(name, json);
                    settlement.outcome(outcome);
                    rules.outcome(outcome);
                    profile.outcome(outcome);
                }
                default -> {
                    if (!settlement.read(name, json)
                            && !rules.read(name, json)
                            && !profile.read(name, json)
                            && !explanation.read(name, json)
                            && !batch.read(name, json)
                            && !lease.read(name, json)) {
                        json.skipChildren();
                    }
                }
            }
        }

        Reply reply() throws WireException {
            return switch (type) {
                case VERDICT ->
                    judged.error() != null
                            ? Verdict.error(correlationId, decisionId, judged.error())
                            : Verdict.judged(correlationId, decisionId, requestId, judged.judged());
                case BatchJson.TYPE ->
                    new BatchVerdict(correlationId, decisionId, requestId, batch.refusedCheck(), judged.judged());
                case QUOTA ->
                    new QuotaReport(
                            correlationId,
                            clientId,
                            judged.tier(),
                            judged.decidedAtMillis(),
                            judged.rulesetRevision(),
                            judged.limits(),
                            judged.error());
                case SettlementJson.TYPE ->
                    new SettlementReply(
                            correlationId,
                            decisionId,
                            judged.error() == null ? settlement.settlement(clientId) : null,
                            judged.error());
                case LeaseJson.LEASE -> lease.lease(correlationId, decisionId, judged);
                case LeaseJson.REVOCATION -> lease.revocation(partition);
                case ExplanationJson.TYPE -> explanation.explanation(correlationId, clientId);
                case PONG -> new Pong(correlationId, partition, judged.rulesetRevision());
                case RULES -> new RulesReply(correlationId, rules.outcome());
                case ProfileReplyJson.TYPE -> new ProfileReply(correlationId, profile.outcome());
                default ->
                    throw new WireException(
                            "type",
                            type + " (expected: verdict, batch, settlement, lease, revocation, quota, explanation,"
                                    + " pong, rules or profile)");
            };
        }
    }
}
