package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseTerms;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of the decision topic as JSON; schema {@code decision.v1.json}. A record without a {@code type} is a
 * decided admission. Other records have a type: {@code "batch"} for a decided batch, {@code "settlement"} for the end
 * of a hold, {@code "lease"} for a lease, {@code "lease-report"} for what a front end answered by itself. Every record
 * has the number of requests {@code allowed} and {@code denied}, and the tokens {@code charged}.
 */
public final class DecisionCodec {
    static final String ROUTE_TEMPLATE = "routeTemplate";

    private static final List<String> TYPES =
            List.of(BatchJson.TYPE, SettlementJson.TYPE, LeaseJson.LEASE, LeaseJson.LEASE_REPORT);

    private DecisionCodec() {}

    public static byte[] encode(DecisionRecord record) {
        if (record instanceof BatchDecision batch) {
            return encoded(batch);
        }
        if (record instanceof LeaseRecord lease) {
            return encoded(lease);
        }
        if (record instanceof LeaseReportRecord report) {
            return encoded(report);
        }
        return record instanceof SettlementRecord settlement ? encoded(settlement) : encoded((Decision) record);
    }

    private static byte[] encoded(LeaseRecord lease) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("type", LeaseJson.LEASE);
            json.writeStringField("decisionId", lease.decisionId());
            json.writeStringField(
                    "account", lease.request().admission().clientId().account());
            LeaseJson.writeRequest(json, lease.request());
            writeRouteTemplate(json, lease.details());
            json.writeNumberField("granted", lease.granted());
            writeCounts(json, lease);
            VerdictDetailsJson.writeUnanswered(json, lease.details());
        });
    }

    private static byte[] encoded(LeaseReportRecord report) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("type", LeaseJson.LEASE_REPORT);
            LeaseJson.writeRecord(json, report);
            writeCounts(json, report);
        });
    }

    private static byte[] encoded(Decision decision) {
        return Json.written(json -> {
            writeHead(json, decision);
            VerdictDetailsJson.write(json, decision.details());
        });
    }

    /** Writes the members before those of the verdict. */
    static void writeHead(JsonGenerator json, Decision decision) throws IOException {
        json.writeNumberField("v", Json.FORMAT_VERSION);
        json.writeStringField("decisionId", decision.decisionId());
        json.writeStringField("account", decision.request().clientId().account());
        RequestCodec.writeRequest(json, decision.request());
        writeRouteTemplate(json, decision.details());
        if (decision.lent() != null) {
            json.writeNumberField("granted", decision.lent().tokens());
            json.writeNumberField("grantedMillis", decision.lent().ttlMillis());
            if (decision.lent().overMillis() > 0) {
                json.writeNumberField("grantedOverMillis", decision.lent().overMillis());
            }
        }
        writeCounts(json, decision);
    }

    /** Most limits have no path, and then there is none. */
    private static void writeRouteTemplate(JsonGenerator json, VerdictDetails details) throws IOException {
        if (details.routeTemplate() != null) {
            json.writeStringField(ROUTE_TEMPLATE, details.routeTemplate());
        }
    }

    private static void writeCounts(JsonGenerator json, DecisionRecord record) throws IOException {
        json.writeNumberField("allowed", record.allowed());
        json.writeNumberField("denied", record.denied());
        json.writeNumberField("charged", record.charged());
    }

    private static byte[] encoded(BatchDecision decision) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("type", BatchJson.TYPE);
            json.writeStringField("decisionId", decision.decisionId());
            json.writeStringField("account", decision.request().account());
            BatchJson.writeRequest(json, decision.request());
            BatchJson.writeCharges(json, decision.charges());
            writeRouteTemplate(json, decision.details());
            writeCounts(json, decision);
            BatchJson.writeRefusedCheck(json, decision.refusedCheck());
            VerdictDetailsJson.write(json, decision.details());
        });
    }

    private static byte[] encoded(SettlementRecord record) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("type", SettlementJson.TYPE);
            if (record.decisionId() != null) {
                json.writeStringField("decisionId", record.decisionId());
            }
            json.writeStringField("account", record.settlement().clientId().account());
            writeCounts(json, record);
            SettlementJson.write(json, record.settlement());
        });
    }

    /** Reads a decided admission; any other type is refused. */
    public static Decision decode(byte[] value) throws WireException {
        if (read(value) instanceof Decision decision) {
            return decision;
        }
        throw new WireException("type", "of another record (expected: none, a decided admission has no type)");
    }

    /** Reads any record of the topic. */
    public static DecisionRecord read(byte[] value) throws WireException {
        Draft draft = new Draft();
        try (JsonParser json = Json.parser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, draft::read);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return draft.record();
    }

    private static final class Draft {
        private final VerdictDetailsJson.Draft details = new VerdictDetailsJson.Draft();
        private final SettlementJson.Draft settlement = new SettlementJson.Draft(details);
        private final BatchJson.Draft batch = new BatchJson.Draft();
        private final RequestDraft request = new RequestDraft();
        private @Nullable String decisionId;
        private String outcome = "";
        private long charged;
        private long granted;
        private long grantedMillis;
        private long grantedOverMillis;
        private int entry;
        private List<String> limitIds = List.of();

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "v" -> {
                    request.readField(name, json);
                    checkVersion();
                }
                case "decisionId" -> decisionId = Json.text(name, json);
                case "charged" -> charged = Json.integer(name, json);
                case "granted" -> granted = Json.integer(name, json);
                case "entry" -> entry = Json.index(name, json);
                case "grantedMillis" -> grantedMillis = Json.integer(name, json);
                case "grantedOverMillis" -> grantedOverMillis = Json.integer(name, json);
                case ROUTE_TEMPLATE -> details.members().routeTemplate(Json.text(name, json));
                case "limitIds" -> limitIds = Json.texts(name, json);
                case SettlementJson.OUTCOME -> {
                    outcome = Json.text(name, json);
                    settlement.outcome(outcome);
                }
                // Both kinds have one.
                case "cost" -> {
                    settlement.read(name, json);
                    request.readField(name, json);
                }
                default -> {
                    if (!settlement.read(name, json) && !batch.read(name, json)) {
                        request.readField(name, json);
                    }
                }
            }
        }

        DecisionRecord record() throws WireException {
            checkForm();
            if (SettlementJson.TYPE.equals(request.type)) {
                return new SettlementRecord(decisionId, settlement.settlement(request.clientId));
            }
            if (LeaseJson.LEASE_REPORT.equals(request.type)) {
                return LeaseJson.record(decisionId, outcome, new LeaseJson.Amounts(granted, charged), request, details)
                        .with(LeaseJson.traffic(details, limitIds))
                        .at(entry);
            }
            String id = decisionId == null ? "" : decisionId;
            if (LeaseJson.LEASE.equals(request.type)) {
                return LeaseJson.leaseRecord(id, request.lease(), new LeaseJson.Amounts(granted, charged), details);
            }
            return BatchJson.TYPE.equals(request.type)
                    ? new BatchDecision(
                            id,
                            BatchJson.request(request),
                            batch.refusedCheck(),
                            batch.charges(),
                            charged,
                            details.details())
                    : decision(id);
        }

        private Decision decision(String id) throws WireException {
            AdmissionRequest admission = request.admission();
            VerdictDetails verdict = details.details();
            if (grantedMillis == 0) {
                return new Decision(id, admission, charged, verdict);
            }
            LeaseTerms lent = LeaseTerms.checked(granted, grantedMillis, grantedOverMillis, /* tokensMin= */ 1);
            if (!verdict.allowed() || admission.lease() == null) {
                throw new WireException(
                        "granted", granted + " (expected: 0, unless the request takes a lease and is allowed)");
            }
            return new Decision(id, admission, charged, verdict, lent);
        }

        private void checkForm() throws WireException {
            checkVersion();
            if (request.type != null && !TYPES.contains(request.type)) {
                throw new WireException("type", "of no record of this topic (expected: none, or one of " + TYPES + ")");
            }
        }

        /** Before anything else, since a future version may mean something else by the same members. */
        private void checkVersion() throws WireException {
            if (request.version == null) {
                throw new WireException("v", "missing (expected: " + Json.FORMAT_VERSION + ")");
            }
            if (request.version != Json.FORMAT_VERSION) {
                throw new WireException("v", request.version + " (expected: " + Json.FORMAT_VERSION + ")");
            }
        }
    }
}
