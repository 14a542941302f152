package io.sluice.perf.oracle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a record of the decision topic or the reply topic says about tokens. It is read by name, whatever its type, so
 * that a record which debits in another way than an admission counts as well.
 *
 * @param decisionId {@code partition-offset} of the request, or empty
 * @param clientId the client of the request, or empty
 * @param charged tokens taken, or negative if some were given back; 0 if it does not say
 * @param allowed whether it says {@code allow}
 */
record LoggedCharge(String decisionId, String clientId, long charged, boolean allowed) {
    private static final JsonFactory FACTORY = new JsonFactory();

    static LoggedCharge read(byte[] value) {
        Draft draft = new Draft();
        try (JsonParser json = FACTORY.createParser(value)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                draft.take(name, json);
                json.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a record that is not JSON", e);
        }
        return new LoggedCharge(draft.decisionId, draft.clientId, draft.charged, draft.allowed);
    }

    private static final class Draft {
        private String decisionId = "";
        private String clientId = "";
        private long charged;
        private boolean allowed;

        private void take(String name, JsonParser json) throws IOException {
            switch (name) {
                case "decisionId" -> decisionId = json.getText();
                case "clientId" -> clientId = json.getText();
                case "charged" -> charged = json.getLongValue();
                case "verdict" -> allowed = json.getText().equals("allow");
                default -> {
                    // Only tokens are of concern here.
                }
            }
        }
    }
}
