package io.sluice.perf.oracle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What a record of the decision topic or the reply topic says about tokens. It is read by name, whatever its type, so
 * that a record which debits in another way than an admission counts as well.
 *
 * @param decisionId {@code partition-offset} of the request; null if it does not say
 * @param clientId the client of the request; null if it does not say
 * @param charged tokens taken, or negative if some were given back; 0 if it does not say
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record LoggedCharge(@Nullable String decisionId, @Nullable String clientId, long charged) {
    private static final ObjectReader READER = new ObjectMapper().readerFor(LoggedCharge.class);

    static LoggedCharge read(byte[] value) {
        try {
            return READER.readValue(value);
        } catch (IOException e) {
            throw new UncheckedIOException("a record that is not JSON", e);
        }
    }
}
