package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.LeaseTerms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leases on the topics: the request, the grant, the report. */
final class LeaseJson {
    static final String LEASE_REPORT = "lease-report";
    static final String LEASE = "lease";
    static final String REVOCATION = "revocation";

    private static final MemberNames TERMS_MEMBERS = MemberNames.in("lease.", "tokens", "ttlMillis", "overMillis");

    private LeaseJson() {}

    /** Writes the terms of a lease, if there are any. */
    static void writeTerms(JsonGenerator json, @Nullable LeaseTerms terms) throws IOException {
        if (terms != null) {
            json.writeObjectFieldStart(LeaseTerms.NAME);
            json.writeNumberField("tokens", terms.tokens());
            json.writeNumberField("ttlMillis", terms.ttlMillis());
            if (terms.overMillis() > 0) {
                json.writeNumberField("overMillis", terms.overMillis());
            }
            json.writeEndObject();
        }
    }

    /** Reads the terms of a request, which has no other members there. */
    static LeaseTerms terms(JsonParser json) throws IOException, WireException {
        Json.expectObject(LeaseTerms.NAME, json);
        // Without one of its members it is out of bounds, which is then reported.
        long[] terms = {0, 0, 0};
        Json.fields(json, TERMS_MEMBERS, (name, value) -> terms[termOf(name)] = Json.integer("lease." + name, value));
        return LeaseTerms.checked(terms[0], terms[1], terms[2], /* tokensMin= */ 1);
    }

    /** Reads the terms of a verdict, where members may be added. */
    static LeaseTerms lent(JsonParser json) throws IOException, WireException {
        Json.expectObject(LeaseTerms.NAME, json);
        long[] terms = {0, 0, 0};
        Json.fields(json, (name, value) -> {
            int term = termOf(name);
            if (term < 0) {
                value.skipChildren();
            } else {
                terms[term] = Json.integer("lease." + name, value);
            }
        });
        return LeaseTerms.checked(terms[0], terms[1], terms[2], /* tokensMin= */ 0);
    }

    private static int termOf(String name) {
        return switch (name) {
            case "tokens" -> 0;
            case "ttlMillis" -> 1;
            case "overMillis" -> 2;
            default -> -1;
        };
    }

    /** Writes the members of a lease request, without envelope and reply address. */
    static void writeRequest(JsonGenerator json, LeaseRequest lease) throws IOException {
        RequestCodec.writeRequest(json, lease.admission());
        json.writeNumberField("prefetch", lease.prefetchTokens());
        json.writeNumberField("ttlMillis", lease.ttlMillis());
    }

    /** Writes a front end's lease report, without envelope. */
    static void writeReport(JsonGenerator json, LeaseReport report) throws IOException {
        RequestCodec.writeRequest(json, report.admission());
        if (report.leaseId() != null) {
            json.writeStringField("leaseId", report.leaseId().text());
        }
        json.writeNumberField("spent", report.spentTokens());
        json.writeNumberField("allowed", report.allowed());
        json.writeNumberField("denied", report.denied());
    }

    /** Writes reports of several clients, without envelope. */
    static void writeReports(JsonGenerator json, LeaseReports reports) throws IOException {
        json.writeArrayFieldStart(LeaseReports.NAME);
        for (LeaseReport report : reports.reports()) {
            json.writeStartObject();
            writeReport(json, report);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Reads the reports of a record, up to one more than it may have. */
    static List<RequestDraft> reports(JsonParser json) throws IOException, WireException {
        Json.expectList(LeaseReports.NAME, json);
        List<RequestDraft> reports = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String place = LeaseReports.NAME + "[" + reports.size() + "]";
            if (reports.size() == LeaseReports.REPORTS_MAX) {
                throw new WireException(place, "too many (expected: at most " + LeaseReports.REPORTS_MAX + ")");
            }
            Json.expectObject(place, json);
            RequestDraft report = new RequestDraft();
            report.read(json);
            reports.add(report);
        }
        return reports;
    }

    /** The reports of a record, if all of them are valid. */
    static LeaseReports reports(RequestDraft draft) throws WireException {
        draft.throwFirstError();
        List<RequestDraft> drafts = draft.reports == null ? List.of() : draft.reports;
        List<LeaseReport> reports = new ArrayList<>(drafts.size());
        for (int i = 0; i < drafts.size(); i++) {
            try {
                drafts.get(i).expectOnlyMembersOf(RequestKind.REPORT);
                reports.add(drafts.get(i).report());
            } catch (WireException e) {
                throw new WireException(LeaseReports.NAME + "[" + i + "]." + e.field(), e.detail());
            }
        }
        return LeaseReports.checked(reports);
    }

    /** The token amounts in a record of a lease. */
    record Amounts(long granted, long charged) {}

    /** A lease record as it was read; the verdict is allow if any tokens were granted. */
    static LeaseRecord leaseRecord(String id, LeaseRequest request, Amounts amounts, VerdictDetailsJson.Draft details)
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
                details.details(granted > 0 ? VerdictCode.ALLOW : VerdictCode.DENY));
    }

    /** Writes the members of an answer, without envelope and correlation ID. */
    static void writeReply(JsonGenerator json, LeaseReply lease) throws IOException {
        json.writeStringField("decisionId", lease.decisionId());
        json.writeNumberField("tokens", lease.tokens());
        json.writeNumberField("ttlMillis", lease.ttlMillis());
        VerdictDetailsJson.write(json, lease.details());
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
    static void writeRecord(JsonGenerator json, LeaseReportRecord report) throws IOException {
        if (report.decisionId() != null) {
            json.writeStringField("decisionId", report.decisionId());
        }
        json.writeStringField("account", report.clientId().account());
        json.writeStringField(SettlementJson.OUTCOME, report.outcome().wireName());
        if (report.told() == null) {
            json.writeStringField("clientId", report.clientId().text());
        } else {
            RequestCodec.writeRequest(json, report.told().admission());
        }
        writeLeaseId(json, report);
        json.writeNumberField("spent", report.spent());
        json.writeNumberField("granted", report.granted());
        json.writeNumberField("returned", report.returned());
        json.writeNumberField("rulesetRevision", report.rulesetRevision());
        json.writeNumberField("decidedAtMillis", report.decidedAtMillis());
        if (report.entry() > 0) {
            json.writeNumberField("entry", report.entry());
        }
        LeaseReportRecord.Traffic traffic = report.traffic();
        if (traffic != null) {
            writeTraffic(json, traffic);
        }
    }

    private static void writeTraffic(JsonGenerator json, LeaseReportRecord.Traffic traffic) throws IOException {
        json.writeStringField("tier", traffic.tier());
        if (traffic.routeTemplate() != null) {
            json.writeStringField(DecisionCodec.ROUTE_TEMPLATE, traffic.routeTemplate());
        }
        if (!traffic.limitIds().isEmpty()) {
            json.writeArrayFieldStart("limitIds");
            for (String limitId : traffic.limitIds()) {
                json.writeString(limitId);
            }
            json.writeEndArray();
        }
    }

    /** Whose requests a report counts; null in records of before there was a tier. */
    static LeaseReportRecord.@Nullable Traffic traffic(VerdictDetailsJson.Draft details, List<String> limitIds) {
        return details.tier().isEmpty()
                ? null
                : new LeaseReportRecord.Traffic(
                        details.tier(), details.members().routeTemplate(), limitIds);
    }

    private static void writeLeaseId(JsonGenerator json, LeaseReportRecord report) throws IOException {
        if (report.leaseId() != null) {
            json.writeStringField("leaseId", report.leaseId());
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

        LeaseReply lease(String correlationId, String decisionId, VerdictDetailsJson.Draft details)
                throws WireException {
            return LeaseReply.checked(correlationId, decisionId, tokens, ttlMillis, details.details());
        }

        Revocation revocation(int partition) {
            return new Revocation(partition, offset, account);
        }
    }

    /** A report record as it was read; members that it shares with settlements and requests come from those drafts. */
    static LeaseReportRecord record(
            @Nullable String decisionId,
            String outcome,
            Amounts amounts,
            RequestDraft told,
            VerdictDetailsJson.Draft details)
            throws WireException {
        long granted = amounts.granted();
        LeaseReportRecord.Outcome end = outcomeOf(outcome);
        boolean expired = end == LeaseReportRecord.Outcome.EXPIRED;
        if (told.clientId == null) {
            throw new WireException("clientId", "missing (expected: account[/segment...])");
        }
        if (expired != (decisionId == null)) {
            throw new WireException("decisionId", (expired ? "given" : "missing") + " (expected: unless it expired)");
        }
        if ((end == LeaseReportRecord.Outcome.NONE) != (told.leaseId == null)) {
            throw new WireException(
                    "leaseId",
                    (told.leaseId == null ? "missing" : "given") + " (expected: unless the outcome is none)");
        }
        long spent = told.spentTokens == null ? 0 : told.spentTokens;
        if (!LeaseReportRecord.addsUp(end, granted, spent)) {
            throw new WireException(
                    "spent", spent + " of " + granted + " granted (expected: all, or fewer if the rest was returned)");
        }
        if (amounts.charged() != 0 && amounts.charged() != spent - granted) {
            throw new WireException("charged", amounts.charged() + " (expected: 0, or " + (spent - granted) + ")");
        }
        return new LeaseReportRecord(
                decisionId,
                end,
                ClientId.parse("clientId", told.clientId),
                told.leaseId == null
                        ? null
                        : DecisionId.parse("leaseId", told.leaseId).text(),
                granted,
                spent,
                amounts.charged(),
                details.members().decidedAtMillis(),
                details.members().rulesetRevision(),
                expired ? null : told.report());
    }

    private static LeaseReportRecord.Outcome outcomeOf(String text) throws WireException {
        for (LeaseReportRecord.Outcome outcome : LeaseReportRecord.Outcome.values()) {
            if (outcome.wireName().equals(text)) {
                return outcome;
            }
        }
        throw new WireException(SettlementJson.OUTCOME, text + " (expected: returned, expired, late or none)");
    }
}
