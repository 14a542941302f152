package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The body of a REST answer, as its caller reads it: a verdict, a settlement, a report, or a problem. It skips members
 * that it does not know.
 */
public final class RestAnswer {
    private static final String PROBLEM_PREFIX = "urn:sluice:problem:";
    /** Stands for the correlation ID, which REST does not need: an answer belongs to its request. */
    private static final String NO_CORRELATION = "";

    private final VerdictDetailsJson.Draft details = new VerdictDetailsJson.Draft();
    private final SettlementJson.Draft settlement = new SettlementJson.Draft(details);
    private final BatchJson.Draft batch = new BatchJson.Draft();
    private final ExplanationJson.Draft explanation = new ExplanationJson.Draft();
    private String decisionId = "";
    private String clientId = "";
    private String recordedIn = "";
    private @Nullable String requestId;
    private @Nullable String leaseId;
    private @Nullable String repeats;
    private String problemType = "";
    private String problemDetail = "";
    private @Nullable WireError offence;
    private boolean isDecided;

    private RestAnswer() {}

    /**
     * Reads a body.
     *
     * @throws WireException if it is not one JSON object, or a member is not of its kind
     */
    public static RestAnswer read(byte[] body) throws WireException {
        RestAnswer answer = new RestAnswer();
        try (JsonParser json = Json.parser(body)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, answer::read);
            Json.expectEnd(json);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return answer;
    }

    private void read(String name, JsonParser json) throws IOException, WireException {
        switch (name) {
            case "decisionId" -> decisionId = Json.text(name, json);
            case "clientId" -> clientId = Json.text(name, json);
            case "recordedIn" -> recordedIn = Json.text(name, json);
            case "requestId" -> requestId = Json.text(name, json);
            case "leaseId" -> leaseId = Json.text(name, json);
            case "repeats" -> repeats = Json.text(name, json);
            case "type" -> problemType = Json.text(name, json);
            case "detail" -> problemDetail = Json.text(name, json);
            case "errors" -> readOffence(json);
            default -> {
                isDecided |= name.equals("verdict");
                if (!settlement.read(name, json) && !explanation.read(name, json) && !batch.read(name, json)) {
                    json.skipChildren();
                }
            }
        }
    }

    /** Keeps the first error of the list: a request is refused because of one field. */
    private void readOffence(JsonParser json) throws IOException, WireException {
        Json.expectList("errors", json);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Json.expectObject("errors", json);
            String[] texts = {"", ""};
            Json.fields(json, (name, value) -> {
                switch (name) {
                    case "field" -> texts[0] = Json.text(name, value);
                    case "detail" -> texts[1] = Json.text(name, value);
                    default -> value.skipChildren();
                }
            });
            if (offence == null) {
                offence = new WireError("", texts[0], texts[1]);
            }
        }
    }

    /** Whether an admission or a batch was answered, by a verdict or a failure policy. */
    public boolean isDecided() {
        return isDecided;
    }

    /** Whether the front end's failure policy answered, and nothing was decided. */
    public boolean isDegraded() {
        return isDecided && recordedIn.equals("none");
    }

    /** The lease that the answer comes from; null if it comes from none. */
    public @Nullable String leaseId() {
        return leaseId;
    }

    /** The denial that a front end repeats; null if it repeats none. */
    public @Nullable String repeats() {
        return repeats;
    }

    /** The request's own name, echoed; null if it has none. */
    public @Nullable String requestId() {
        return requestId;
    }

    /** The reasons of a verdict, whoever gave it. */
    public VerdictDetails details() throws WireException {
        return details.details();
    }

    /** The ledger's verdict on an admission. */
    public Verdict verdict() throws WireException {
        return Verdict.details(NO_CORRELATION, decided(), requestId, details.details());
    }

    /** The ledger's verdict on a batch. */
    public BatchVerdict batchVerdict() throws WireException {
        return new BatchVerdict(NO_CORRELATION, decided(), requestId, batch.refusedCheck(), details.details());
    }

    /** The end of a hold. */
    public SettlementReply settlement() throws WireException {
        Settlement ended = settlement.settlement(clientId);
        return new SettlementReply(NO_CORRELATION, decided(), ended, /* error= */ null);
    }

    /** What a client holds. */
    public QuotaReport quota() throws WireException {
        if (clientId.isEmpty()) {
            throw new WireException("clientId", "missing (expected: a quota report)");
        }
        return new QuotaReport(
                NO_CORRELATION,
                clientId,
                details.tier(),
                details.members().decidedAtMillis(),
                details.members().rulesetRevision(),
                details.members().limits(),
                /* error= */ null);
    }

    /** Why a request would get its verdict. */
    public Explanation explanation() throws WireException {
        if (clientId.isEmpty()) {
            throw new WireException("clientId", "missing (expected: an explanation)");
        }
        return explanation.explanation(NO_CORRELATION, clientId);
    }

    /** Why the request was not decided: the kind of problem as {@link WireError} names it, and the field. */
    public WireError error() {
        String code = problemType.startsWith(PROBLEM_PREFIX)
                ? problemType.substring(PROBLEM_PREFIX.length())
                : WireError.INTERNAL;
        return offence == null
                ? new WireError(code, "", problemDetail)
                : new WireError(code, offence.field(), offence.detail());
    }

    /** The detail of a problem; empty if this is not a problem. */
    public String problemDetail() {
        return problemDetail;
    }

    private String decided() throws WireException {
        if (decisionId.isEmpty()) {
            throw new WireException("decisionId", "missing (expected: partition-offset)");
        }
        return decisionId;
    }
}
