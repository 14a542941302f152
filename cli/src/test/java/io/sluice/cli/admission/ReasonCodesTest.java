package io.sluice.cli.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.engine.state.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The reason codes that the schemas allow are those that the engine gives. */
final class ReasonCodesTest {
    @Test
    void shouldAllowEveryReasonOfAnAnswer_whenAReaderValidatesByTheSchema() throws IOException {
        // Given what a ledger can answer to an admission or a batch
        String[] codes = Arrays.stream(Reason.values())
                .filter(reason -> reason != Reason.NOT_LEASABLE)
                .map(Reason::code)
                .toArray(String[]::new);

        // When we read what the schema allows
        JsonNode allowed = common().at("/$defs/reasonCode/enum");

        // Then it is the same
        assertThat(allowed).extracting(JsonNode::asText).containsExactlyInAnyOrder(codes);
    }

    private static JsonNode common() throws IOException {
        String name = "/io/sluice/schemas/json-schema/common.v1.json";
        try (InputStream schema = Objects.requireNonNull(ReasonCodesTest.class.getResourceAsStream(name), name)) {
            return new ObjectMapper().readTree(schema);
        }
    }
}
