package io.sluice.perf.oracle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a record of the decision topic or the reply topic says about tokens. It is read by name, whatever its type, so
 * that a record which debits in another way than an admission counts as well.
 *
 * @param decisionId {@code partition-offset} of the request; null if it does not say
 * @param clientId the client of the request; null if it does not say
 * @param charged tokens taken, or negative if some were given back; 0 if it does not say
 * @param checks the checks of a batch; none in other records
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record LoggedCharge(@Nullable String decisionId, @Nullable String clientId, long charged, List<Check> checks) {
    private static final ObjectReader READER = new ObjectMapper().readerFor(LoggedCharge.class);

    /** A check of a batch. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Check(String clientId) {}

    @JsonCreator
    static LoggedCharge of(
            @JsonProperty("decisionId") @Nullable String decisionId,
            @JsonProperty("clientId") @Nullable String clientId,
            @JsonProperty("charged") long charged,
            @JsonProperty("checks") @Nullable List<Check> checks) {
        return new LoggedCharge(decisionId, clientId, charged, checks == null ? List.of() : checks);
    }

    /** Who was charged everything; null if the record does not say, or if a batch is of several clients. */
    @Nullable String chargedClient() {
        if (checks.isEmpty()) {
            return clientId;
        }
        String first = checks.get(0).clientId();
        return checks.stream().allMatch(check -> check.clientId().equals(first)) ? first : null;
    }

    static LoggedCharge read(byte[] value) {
        try {
            return READER.readValue(value);
        } catch (IOException e) {
            throw new UncheckedIOException("a record that is not JSON", e);
        }
    }
}
