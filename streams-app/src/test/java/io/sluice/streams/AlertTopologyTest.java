package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.request.AdmissionRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts as they leave the topology. */
final class AlertTopologyTest {
    private static final String RULES = "{\"alerts\":{\"at\":[\"50%\",\"100%\"]},\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":[\"client\",\"attribute:region\"],"
            + "\"rate\":{\"tokens\":1,\"per\":\"10s\"},\"burst\":4},"
            + "{\"id\":\"tried\",\"scope\":\"account\",\"alertAt\":\"25%\",\"mode\":\"shadow\","
            + "\"rate\":{\"tokens\":1,\"per\":\"10s\"},\"burst\":12}]}";

    @Test
    void shouldTellOncePerCrossing_whenThresholdsAreCrossed(@TempDir Path stateDir) throws Exception {
        try (TopologyFixture topology = new TopologyFixture(stateDir)) {
            // Given
            topology.activate(7, RULES);

            // When
            for (int i = 0; i < 6; i++) {
                topology.ask(AdmissionRequest.of("acme/alice").attribute("region", "eu"));
            }

            // Then
            long now = TopologyFixture.START_MILLIS;
            assertThat(topology.alerts())
                    .containsExactly(
                            new ThresholdAlert("0-2", "acme", "per-client", "acme/alice, eu", 500, 2, 4, true, 7, now),
                            new ThresholdAlert("0-3", "acme", "tried", "", 250, 3, 12, false, 7, now),
                            new ThresholdAlert(
                                    "0-4", "acme", "per-client", "acme/alice, eu", 1_000, 4, 4, true, 7, now));
            assertThat(topology.registry.get("sluice.alerts").counter().count()).isEqualTo(3);
        }
    }

    @Test
    void shouldStayQuiet_whenTheBucketHoversAndTheCleanUpRuns(@TempDir Path stateDir) throws Exception {
        try (TopologyFixture topology = new TopologyFixture(stateDir)) {
            // Given
            topology.activate(1, RULES);
            topology.ask(AdmissionRequest.of("acme").cost(4));
            assertThat(topology.alerts()).hasSize(3);

            // When one token comes back at a time, and is taken; at 75 % both are quiet still or were below
            topology.advance(10_000);
            topology.sweep();
            topology.ask(AdmissionRequest.of("acme"));

            // Then 100 % was armed again at 75 %, which is below 90 %; 50 % is quiet
            assertThat(topology.alerts())
                    .extracting(ThresholdAlert::thresholdPerMille)
                    .containsExactly(1_000);

            // When the bucket is full again, and cleaned up
            topology.advance(1_000_000);
            topology.sweep();
            topology.ask(AdmissionRequest.of("acme").cost(2));

            // Then
            assertThat(topology.alerts())
                    .extracting(ThresholdAlert::thresholdPerMille)
                    .containsExactly(500);
        }
    }
}
