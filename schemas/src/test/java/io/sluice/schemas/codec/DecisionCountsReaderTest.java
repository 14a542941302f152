package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.SampleRecords;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.schemas.usage.DecisionCounts.LimitAnswer;
import io.sluice.schemas.usage.UsageOutcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two readers of one record say the same, as far as both say it. */
final class DecisionCountsReaderTest {
    static Iterable<String> decisions() {
        return SampleRecords.decisions().keySet();
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void shouldSayWhatTheCodecSays_whenDecision(String name) throws Exception {
        // Given
        DecisionRecord sample = SampleRecords.decisions().get(name);

        // When
        DecisionCounts counts = DecisionCountsReader.read(DecisionCodec.encode(sample));

        // Then
        assertThat(counts.allowed()).isEqualTo(sample.allowed());
        assertThat(counts.denied()).isEqualTo(sample.denied());
        assertThat(counts.charged()).isEqualTo(sample.charged());
        assertThat(counts.outcome().refuses())
                .isEqualTo(counts.kind() != DecisionCounts.Kind.LEASE_REPORT && sample.denied() > 0);
    }

    @Test
    void shouldNameWhatCountsAreGroupedBy_whenDecision() throws Exception {
        // Given
        DecisionRecord sample = SampleRecords.decisions().get("decision-route-template");

        // When
        DecisionCounts counts = DecisionCountsReader.read(DecisionCodec.encode(sample));

        // Then
        assertThat(counts.account()).isEqualTo("acmé");
        assertThat(counts.clientIds()).containsExactly("acmé/alice");
        assertThat(counts.labels()).isEqualTo(new DecisionCounts.Labels("free", "/v1/orders/{id}"));
        assertThat(counts.cost()).isEqualTo(2);
        assertThat(counts.answers()).containsExactly(new LimitAnswer("per-client", UsageOutcome.ALLOWED, 2, 2));
        assertThat(counts.holdId()).isNull();
    }

    @Test
    void shouldNameTheReservation_whenItOpensAndEnds() throws Exception {
        for (String name : new String[] {"decision-reserve", "decision-settlement-commit"}) {
            // Given
            DecisionRecord sample = SampleRecords.decisions().get(name);

            // When
            DecisionCounts counts = DecisionCountsReader.read(DecisionCodec.encode(sample));

            // Then
            assertThat(counts.holdId()).as(name).isEqualTo("3-21");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"v\":1}",
                "{\"v\":2,\"account\":\"acme\"}",
                "{\"v\":1,\"account\":\"acme\",\"type\":\"tomorrow\"}",
                "{\"v\":1,\"account\":7}",
                "{\"v\":1,\"account\":\"acme\",\"limits\":{}}",
                "{\"v\":1,\"account\":\"acme\",\"allowed\":1"
            })
    void shouldBeRefused_whenItIsNoDecision(String record) {
        // When / Then
        assertThatThrownBy(() -> DecisionCountsReader.read(record.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(WireException.class);
    }
}
