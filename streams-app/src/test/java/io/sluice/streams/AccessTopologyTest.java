package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.testkit.keys.TestKeys;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access entries in a request partition. */
final class AccessTopologyTest extends TopologyTest {
    private static final String DENY = "{\"access\":\"deny\",\"for\":\"1h\",\"message\":\"m\","
            + "\"attributes\":{\"ip\":{\"cidr\":\"203.0.113.0/24\"}}}";

    @BeforeEach
    void activate() {
        topology.activate(1, TopologyFixture.threePerClient());
    }

    private static String snapshot(long version, long untilMillis, String... entries) {
        List<AccessSnapshot.Entry> all = Arrays.stream(entries)
                .map(entry -> new AccessSnapshot.Entry(version, entry, untilMillis))
                .toList();
        return AccessSnapshotCodec.encode(new AccessSnapshot(version, all));
    }

    private void send(String payload) {
        topology.send(null, RequestCodec.encode(TestKeys.RULES.sign(SignedKind.ACCESS, payload)));
    }

    private VerdictCode ask() throws Exception {
        return topology.ask(AdmissionRequest.of("acme").cost(0).attribute("ip", "203.0.113.9"))
                .code();
    }

    @Test
    void shouldDenyUntilItsMoment_whenAnEntryIsInForce() throws Exception {
        // Given
        topology.revocations();
        send(snapshot(1, TopologyFixture.START_MILLIS + 5_000, DENY));

        // When
        var verdict = topology.ask(AdmissionRequest.of("acme").attribute("ip", "203.0.113.9"));
        VerdictCode other = topology.ask(AdmissionRequest.of("acme").attribute("ip", "198.51.100.1"))
                .code();
        topology.advance(5_000);
        VerdictCode after = ask();

        // Then: leases are void, and the verdict says why
        assertThat(topology.revocations()).isNotEmpty();
        assertThat(verdict.code()).isEqualTo(VerdictCode.DENY);
        assertThat(verdict.details().listId()).isEqualTo("@access");
        assertThat(verdict.details().reason()).contains("on list @access: m");
        assertThat(other).isEqualTo(VerdictCode.ALLOW);
        assertThat(after).isEqualTo(VerdictCode.ALLOW);
        assertThat(topology.deadLetters()).isEmpty();
    }

    @Test
    void shouldKeepTheNewest_whenOlderOnesComeAgain() throws Exception {
        // Given
        send(snapshot(2, Long.MAX_VALUE, DENY));

        // When
        send(snapshot(1, 0));
        VerdictCode afterOlder = ask();
        topology.activate(2, TopologyFixture.threePerClient().replace("\"burst\":3", "\"burst\":4"));
        VerdictCode afterRules = ask();
        send(snapshot(3, 0));
        VerdictCode afterNewer = ask();

        // Then
        assertThat(afterOlder).isEqualTo(VerdictCode.DENY);
        assertThat(afterRules).as("rules leave entries as they are").isEqualTo(VerdictCode.DENY);
        assertThat(afterNewer).isEqualTo(VerdictCode.ALLOW);
    }

    @Test
    void shouldRefuse_whenForgedOrUnreadable() throws Exception {
        // When
        String payload = snapshot(1, Long.MAX_VALUE, DENY);
        topology.send(null, RequestCodec.encode(TestKeys.UNAUTHENTICATED.sign(SignedKind.ACCESS, payload)));
        topology.send(null, RequestCodec.encode(TestKeys.RULES.sign(SignedKind.RULES, payload)));
        topology.send(null, RequestCodec.encode(TestKeys.COMMANDS.sign(SignedKind.ACCESS, payload)));
        send(snapshot(1, Long.MAX_VALUE, "{\"access\":\"deny\"}"));
        send("{\"v\":1,\"kind\":\"access\",\"version\":0,\"entries\":[]}");

        // Then
        assertThat(topology.deadLetters()).hasSize(5);
        assertThat(ask()).isEqualTo(VerdictCode.ALLOW);
    }
}
