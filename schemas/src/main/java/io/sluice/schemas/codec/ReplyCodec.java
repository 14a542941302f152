package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.AccountsReply;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.SignalStatus;
import io.sluice.schemas.reply.TopReply;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.ReplyAddress;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of the reply topic as JSON; schema {@code reply.v1.json}. */
public final class ReplyCodec {
    private static final String VERDICT = "verdict";
    private static final String QUOTA = "quota";
    private static final String PONG = "pong";
    private static final String RULES = "rules";
    private static final String COMMAND_ID = "commandId";

    private ReplyCodec() {}

    /**
     * Encodes a reply.
     *
     * @param about the subject of the reply: the client ID of the request; the account of a profile or of usage, the ID
     *     of a rules command, or the partition of a pong, a ranking or accounts. Null for a revocation, and where no
     *     client could be read
     */
    public static byte[] encode(Reply reply, @Nullable String about) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("type", typeOf(reply));
            json.writeStringField("correlationId", reply.correlationId());
            if (about != null && aboutField(reply) != null) {
                json.writeStringField(aboutField(reply), about);
            }
            write(json, reply);
        });
    }

    private static String typeOf(Reply reply) {
        if (reply instanceof Verdict) {
            return VERDICT;
        } else if (reply instanceof BatchVerdict) {
            return BatchJson.TYPE;
        } else if (reply instanceof SettlementReply) {
            return SettlementJson.TYPE;
        } else if (reply instanceof LeaseReply) {
            return LeaseJson.LEASE;
        } else if (reply instanceof Revocation) {
            return LeaseJson.REVOCATION;
        } else if (reply instanceof QuotaReport) {
            return QUOTA;
        } else if (reply instanceof Explanation) {
            return ExplanationJson.TYPE;
        } else if (reply instanceof Pong) {
            return PONG;
        }
        if (reply instanceof UsageReply) {
            return UsageReplyJson.USAGE;
        } else if (reply instanceof TopReply) {
            return UsageReplyJson.TOP;
        } else if (reply instanceof AccountsReply) {
            return UsageReplyJson.ACCOUNTS;
        }
        return reply instanceof RulesReply ? RULES : ProfileReplyJson.TYPE;
    }

    /** The member with the reply's subject; null where other members have it. */
    private static @Nullable String aboutField(Reply reply) {
        if (reply instanceof RulesReply) {
            return COMMAND_ID;
        } else if (reply instanceof ProfileReply || reply instanceof UsageReply) {
            return "account";
        }
        boolean says = (reply instanceof SettlementReply settled && settled.settlement() != null)
                || (reply instanceof QuotaReport report && report.error() == null)
                || reply instanceof Explanation
                || reply instanceof Pong
                || reply instanceof TopReply
                || reply instanceof AccountsReply
                || reply instanceof Revocation;
        return says ? null : "clientId";
    }

    private static void write(JsonGenerator json, Reply reply) throws IOException {
        if (reply instanceof Verdict verdict) {
            writeHead(json, verdict.decisionId(), verdict.requestId());
            LeaseJson.writeTerms(json, verdict.lease());
            if (verdict.details() != null) {
                VerdictDetailsJson.write(json, verdict.details());
            } else if (verdict.error() != null) {
                json.writeStringField("verdict", verdict.code().wireName());
                VerdictDetailsJson.writeError(json, verdict.error());
            }
        } else if (reply instanceof BatchVerdict batch) {
            writeHead(json, batch.decisionId(), batch.requestId());
            BatchJson.writeRefusedCheck(json, batch.refusedCheck());
            VerdictDetailsJson.write(json, batch.details());
        } else if (reply instanceof SettlementReply settled) {
            json.writeStringField("decisionId", settled.decisionId());
            if (settled.settlement() != null) {
                SettlementJson.write(json, settled.settlement());
            } else if (settled.error() != null) {
                VerdictDetailsJson.writeError(json, settled.error());
            }
        } else if (reply instanceof LeaseReply lease) {
            LeaseJson.writeReply(json, lease);
        } else if (reply instanceof Revocation revocation) {
            LeaseJson.writeRevocation(json, revocation);
        } else if (reply instanceof QuotaReport report) {
            write(json, report);
        } else if (reply instanceof Explanation explanation) {
            ExplanationJson.write(json, explanation);
        } else if (reply instanceof Pong pong) {
            json.writeNumberField("partition", pong.partition());
            json.writeNumberField("rulesetRevision", pong.rulesetRevision());
            SignalsJson.write(json, pong.signals());
        } else if (reply instanceof RulesReply rules) {
            RulesReplyJson.write(json, rules.outcome());
        } else if (reply instanceof ProfileReply profile) {
            ProfileReplyJson.write(json, profile.outcome());
        } else if (reply instanceof UsageReply usage) {
            UsageReplyJson.write(json, usage);
        } else if (reply instanceof TopReply top) {
            UsageReplyJson.write(json, top);
        } else if (reply instanceof AccountsReply accounts) {
            UsageReplyJson.write(json, accounts);
        }
    }

    private static void write(JsonGenerator json, QuotaReport report) throws IOException {
        if (report.error() != null) {
            VerdictDetailsJson.writeError(json, report.error());
            return;
        }
        json.writeStringField("clientId", report.clientId());
        json.writeStringField("tier", report.tier());
        json.writeNumberField("decidedAtMillis", report.decidedAtMillis());
        json.writeNumberField("rulesetRevision", report.rulesetRevision());
        VerdictDetailsJson.writeLimits(json, report.limits());
    }

    /** Writes the members of a verdict before those of its details. */
    static void writeVerdictHead(
            JsonGenerator json, Decision decision, ReplyAddress address, @Nullable LeaseTerms terms)
            throws IOException {
        json.writeNumberField("v", Json.FORMAT_VERSION);
        json.writeStringField("type", VERDICT);
        json.writeStringField("correlationId", address.correlationId());
        json.writeStringField("clientId", decision.request().clientId().text());
        writeHead(json, decision.decisionId(), decision.request().requestId());
        LeaseJson.writeTerms(json, terms);
    }

    private static void writeHead(JsonGenerator json, String decisionId, @Nullable String requestId)
            throws IOException {
        json.writeStringField("decisionId", decisionId);
        if (requestId != null) {
            json.writeStringField("requestId", requestId);
        }
    }

    /**
     * A reply as it was read.
     *
     * @param about the reply's subject, as given to {@link #encode}; empty for none
     */
    public record Read(Reply reply, String about) {}

    /** Reads a reply; refuses an unknown type, skips unknown members. */
    public static Reply decode(byte[] value) throws WireException {
        return read(value).reply();
    }

    /** Reads a reply and its subject. */
    public static Read read(byte[] value) throws WireException {
        Draft draft = new Draft();
        try (JsonParser json = Json.parser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, draft::read);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return new Read(draft.reply(), draft.about());
    }

    private static final class Draft {
        private final VerdictDetailsJson.Draft details = new VerdictDetailsJson.Draft();
        private final SettlementJson.Draft settlement = new SettlementJson.Draft(details);
        private final BatchJson.Draft batch = new BatchJson.Draft();
        private final ExplanationJson.Draft explanation = new ExplanationJson.Draft();
        private final RulesReplyJson.Draft rules = new RulesReplyJson.Draft();
        private final ProfileReplyJson.Draft profile = new ProfileReplyJson.Draft(details, rules);
        private final LeaseJson.ReplyDraft lease = new LeaseJson.ReplyDraft();
        private final UsageReplyJson.Draft usage = new UsageReplyJson.Draft();
        private String type = "";
        private String correlationId = "";
        private String decisionId = "";
        private String clientId = "";
        private String commandId = "";
        private @Nullable String requestId;
        private @Nullable LeaseTerms lent;
        private int partition;
        private List<SignalStatus> signals = List.of();

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "type" -> type = Json.text(name, json);
                case "correlationId" -> correlationId = Json.text(name, json);
                case "decisionId" -> decisionId = Json.text(name, json);
                case "clientId" -> clientId = Json.text(name, json);
                case COMMAND_ID -> commandId = Json.text(name, json);
                case "requestId" -> requestId = Json.text(name, json);
                case "partition" -> partition = Json.index(name, json);
                case LeaseTerms.NAME -> lent = LeaseJson.lent(json);
                case SignalsJson.SIGNALS -> signals = SignalsJson.read(name, json);
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
                            && !lease.read(name, json)
                            && !usage.read(name, json)) {
                        json.skipChildren();
                    }
                }
            }
        }

        String about() {
            return switch (type) {
                case PONG, UsageReplyJson.TOP, UsageReplyJson.ACCOUNTS -> Integer.toString(partition);
                case RULES -> commandId;
                case ProfileReplyJson.TYPE, UsageReplyJson.USAGE -> lease.account();
                default -> clientId;
            };
        }

        private QuotaReport quota() {
            return details.error() != null
                    ? QuotaReport.error(correlationId, details.error())
                    : new QuotaReport(
                            correlationId,
                            clientId,
                            details.tier(),
                            details.members().decidedAtMillis(),
                            details.members().rulesetRevision(),
                            details.members().limits(),
                            /* error= */ null);
        }

        private Verdict verdict(VerdictDetails verdict) throws WireException {
            if (lent != null && lent.tokens() > 0 && !verdict.allowed()) {
                throw new WireException("lease.tokens", lent.tokens() + " (expected: 0, since it is denied)");
            }
            return Verdict.details(correlationId, decisionId, requestId, verdict)
                    .lending(lent);
        }

        Reply reply() throws WireException {
            return switch (type) {
                case VERDICT ->
                    details.error() != null
                            ? Verdict.error(correlationId, decisionId, details.error())
                            : verdict(details.details());
                case BatchJson.TYPE ->
                    new BatchVerdict(correlationId, decisionId, requestId, batch.refusedCheck(), details.details());
                case QUOTA -> quota();
                case SettlementJson.TYPE ->
                    new SettlementReply(
                            correlationId,
                            decisionId,
                            details.error() == null ? settlement.settlement(clientId) : null,
                            details.error());
                case LeaseJson.LEASE -> lease.lease(correlationId, decisionId, details);
                case LeaseJson.REVOCATION -> lease.revocation(partition);
                case ExplanationJson.TYPE -> explanation.explanation(correlationId, clientId);
                case PONG ->
                    new Pong(correlationId, partition, details.members().rulesetRevision(), signals);
                case RULES -> new RulesReply(correlationId, rules.outcome());
                case ProfileReplyJson.TYPE -> new ProfileReply(correlationId, profile.outcome());
                case UsageReplyJson.USAGE -> usage.usage(correlationId, lease.account());
                case UsageReplyJson.TOP -> usage.top(correlationId, partition);
                case UsageReplyJson.ACCOUNTS -> usage.accounts(correlationId, partition);
                default ->
                    throw new WireException(
                            "type",
                            type + " (expected: verdict, batch, settlement, lease, revocation, quota, explanation,"
                                    + " pong, rules, profile, usage, top or accounts)");
            };
        }
    }
}
