package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Newcomers beyond the bound, in the real store with the real clean-up. */
final class CardinalityTopologyTest {
    /** A bucket fills in 30 s, so periods have 60 s. */
    private static final String RULES =
            "{\"cardinality\":{\"bucketsPerAccount\":2,\"bucketsPerPartition\":3},\"limits\":["
                    + "{\"id\":\"l\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"10s\"},\"burst\":3}]}";

    @Test
    void shouldShareAndForget_whenNamesAreInvented(@TempDir Path stateDir) throws Exception {
        try (TopologyFixture topology = new TopologyFixture(stateDir)) {
            // Given
            topology.activate(1, RULES);
            // A multiple of the period.
            topology.advance(60_000 - TopologyFixture.START_MILLIS % 60_000);

            // When / Then
            assertThat(scope(topology, "acme/a")).isEqualTo("acme/a");
            assertThat(scope(topology, "acme/b")).isEqualTo("acme/b");
            assertThat(scope(topology, "acme/c")).isEqualTo("~overflow");
            assertThat(scope(topology, "acme/d")).isEqualTo("~overflow");
            assertThat(scope(topology, "beta")).isEqualTo("~overflow/partition");
            assertThat(topology.registry.get("sluice.overflows").counter().count())
                    .isEqualTo(3);

            // When everything is full again, and the clean-up comes to it
            topology.advance(60_000);
            topology.sweep();

            // Then who is known still is
            assertThat(scope(topology, "acme/a")).isEqualTo("acme/a");
            assertThat(scope(topology, "acme/e")).isEqualTo("~overflow");

            // When nobody comes for two periods
            topology.advance(180_000);
            topology.send("beta".getBytes(StandardCharsets.UTF_8), new byte[] {'?'});
            topology.sweep();

            // Then nothing is left but the clock and the rules
            assertThat(entries(topology)).isEqualTo(2);
            assertThat(scope(topology, "acme/f")).isEqualTo("acme/f");
        }
    }

    private static String scope(TopologyFixture topology, String clientId) throws WireException {
        return topology.ask(AdmissionRequest.of(clientId))
                .details()
                .limits()
                .get(0)
                .scope();
    }

    private static int entries(TopologyFixture topology) {
        int count = 0;
        try (KeyValueIterator<Bytes, byte[]> entries = topology.store().range(Bytes.wrap(new byte[] {0}), null)) {
            while (entries.hasNext()) {
                entries.next();
                count++;
            }
        }
        return count;
    }
}
