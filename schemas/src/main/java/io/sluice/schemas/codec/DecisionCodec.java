package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Decision;
import java.io.IOException;

/** The records of the decision topic as JSON; schema {@code decision.v1.json}. */
public final class DecisionCodec {
    private DecisionCodec() {}

    public static byte[] encode(Decision decision) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("decisionId", decision.decisionId());
            json.writeStringField("account", decision.request().clientId().account());
            RequestCodec.writeQuestion(json, decision.request());
            json.writeNumberField("charged", decision.charged());
            JudgedJson.write(json, decision.judged());
        });
    }

    public static Decision decode(byte[] value) throws WireException {
        JudgedJson.Draft judged = new JudgedJson.Draft();
        RequestDraft request = new RequestDraft();
        String[] decisionId = {""};
        long[] charged = {0};
        try (JsonParser json = Json.FACTORY.createParser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, (name, member) -> {
                switch (name) {
                    case "decisionId" -> decisionId[0] = Json.text(name, member);
                    case "charged" -> charged[0] = Json.integer(name, member);
                    default -> {
                        if (!judged.read(name, member)) {
                            request.readField(name, member);
                        }
                    }
                }
            });
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return new Decision(decisionId[0], request.admission(), charged[0], judged.judged());
    }
}
