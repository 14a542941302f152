package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers without a client ID, as front ends name them and as rulesets know them. */
final class AnonymousTopologyTest {
    private static final String RULES =
            "{\"tiers\":[\"free\",\"anonymous\"],\"anonymousTier\":\"anonymous\",\"limits\":["
                    + "{\"id\":\"strangers\",\"scope\":\"account\",\"match\":{\"tiers\":\"anonymous\"},"
                    + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":1}]}";

    @Test
    void shouldBeLimitedApart_whenCallersAreKnownByTheirAddress(@TempDir Path stateDir) throws Exception {
        try (TopologyFixture topology = new TopologyFixture(stateDir)) {
            // Given
            topology.activate(1, RULES);

            // When
            Verdict first = topology.ask(AdmissionRequest.ofAddress("2001:db8:0:1::1"));
            Verdict sameNetwork = topology.ask(AdmissionRequest.ofAddress("2001:db8:0:1::2"));
            Verdict other = topology.ask(AdmissionRequest.ofAddress("2001:db8:0:2::1"));
            Verdict named = topology.ask(AdmissionRequest.of("acme"));

            // Then
            assertThat(first.details().tier()).isEqualTo("anonymous");
            assertThat(first.details().allowed()).isTrue();
            assertThat(sameNetwork.details().allowed()).isFalse();
            assertThat(other.details().allowed()).isTrue();
            assertThat(named.details().tier()).isEqualTo("free");
            assertThat(named.details().limits()).isEmpty();
        }
    }
}
