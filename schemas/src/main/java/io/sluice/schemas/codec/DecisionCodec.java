package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.SettlementRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The records of the decision topic as JSON; schema {@code decision.v1.json}. A record without a {@code type} is a judged
 * admission; a judged batch says {@code "type":"batch"}, the end of something held {@code "type":"settlement"}.
 */
public final class DecisionCodec {
    private DecisionCodec() {}

    public static byte[] encode(DecisionRecord record) {
        if (record instanceof BatchDecision batch) {
            return encoded(batch);
        }
        return record instanceof SettlementRecord settlement ? encoded(settlement) : encoded((Decision) record);
    }

    private static byte[] encoded(Decision decision) {
        return Json.written(json -> {
            writeHead(json, decision);
            JudgedJson.write(json, decision.judged());
        });
    }

    /** Writes what stands before the judged members. */
    static void writeHead(JsonGenerator json, Decision decision) throws IOException {
        json.writeNumberField("v", Json.FORMAT_VERSION);
        json.writeStringField("decisionId", decision.decisionId());
        json.writeStringField("account", decision.request().clientId().account());
        RequestCodec.writeQuestion(json, decision.request());
        json.writeNumberField("charged", decision.charged());
    }

    private static byte[] encoded(BatchDecision decision) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("type", BatchJson.TYPE);
            json.writeStringField("decisionId", decision.decisionId());
            json.writeStringField("account", decision.request().account());
            BatchJson.writeQuestion(json, decision.request());
            BatchJson.writeCharges(json, decision.charges());
            BatchJson.writeRefusedCheck(json, decision.refusedCheck());
            JudgedJson.write(json, decision.judged());
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
            SettlementJson.write(json, record.settlement());
        });
    }

    /** Reads a judged admission; anything else is refused. */
    public static Decision decode(byte[] value) throws WireException {
        if (read(value) instanceof Decision decision) {
            return decision;
        }
        throw new WireException("type", "batch or settlement (expected: none, a judged admission has no type)");
    }

    /** Reads any record of the topic. */
    public static DecisionRecord read(byte[] value) throws WireException {
        Draft draft = new Draft();
        try (JsonParser json = Json.FACTORY.createParser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, draft::read);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return draft.record();
    }

    private static final class Draft {
        private final JudgedJson.Draft judged = new JudgedJson.Draft();
        private final SettlementJson.Draft settlement = new SettlementJson.Draft(judged);
        private final BatchJson.Draft batch = new BatchJson.Draft();
        private final RequestDraft request = new RequestDraft();
        private @Nullable String decisionId;
        private long charged;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "decisionId" -> decisionId = Json.text(name, json);
                case "charged" -> charged = Json.integer(name, json);
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
            if (SettlementJson.TYPE.equals(request.type)) {
                return new SettlementRecord(decisionId, settlement.settlement(request.clientId));
            }
            String id = decisionId == null ? "" : decisionId;
            return BatchJson.TYPE.equals(request.type)
                    ? new BatchDecision(
                            id, BatchJson.request(request), batch.refusedCheck(), batch.charges(), judged.judged())
                    : new Decision(id, request.admission(), charged, judged.judged());
        }
    }
}
