package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.LedgerVersionRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.streams.store.PartitionState;
import io.sluice.streams.topology.UnknownLedgerVersionException;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition that changes how it is decided. */
final class LedgerVersionTopologyTest {
    private static final LedgerVersion SECOND = new LedgerVersion(2);

    @TempDir
    private Path directory;

    private TopologyFixture topology;

    @BeforeEach
    void startTopology() {
        topology = new TopologyFixture(directory, SECOND);
        topology.activate(1, TopologyFixture.threePerClient());
    }

    @AfterEach
    void stopTopology() {
        topology.close();
    }

    @Test
    void shouldBeInForceAndInTheState_whenARecordActivatesIt() {
        // Given
        assertThat(inForce()).isEqualTo(1);

        // When
        activate(2, TestKeys.COMMANDS);
        // When: once more, and an older one
        activate(2, TestKeys.COMMANDS);
        activate(1, TestKeys.COMMANDS);

        // Then
        assertThat(inForce()).isEqualTo(2);
        assertThat(new PartitionState(topology.store()).ledgerVersion()).isEqualTo(SECOND);
        assertThat(topology.deadLetters()).isEmpty();
    }

    @Test
    void shouldGiveThePartitionUp_whenItDoesNotKnowTheVersion() throws Exception {
        // When / Then
        assertThatThrownBy(() -> activate(3, TestKeys.COMMANDS))
                .isInstanceOf(StreamsException.class)
                .hasRootCauseInstanceOf(UnknownLedgerVersionException.class)
                .rootCause()
                .hasMessage("partition 0: ledger version 3 is in force (expected: 1..2, which this Sluice knows; run a"
                        + " newer one)");
        assertThat(topology.deadLetters()).isEmpty();
    }

    @Test
    void shouldChangeNothing_whenTheVersionIsForgedOrInvalid() throws Exception {
        // When
        activate(2, TestKeys.RULES);
        topology.send(
                null,
                RequestCodec.encode(TestKeys.COMMANDS.sign(
                        SignedKind.LEDGER_VERSION,
                        LedgerVersionCodec.encode(new LedgerVersionRecord(2, "alice", "why"))
                                .replace("\"version\":2", "\"version\":0"))));

        // Then
        assertThat(topology.deadLetters())
                .extracting(letter ->
                        new String(letter.headers().lastHeader("sluice.reason").value(), StandardCharsets.UTF_8))
                .containsExactly("forged", "invalid-command");
        assertThat(inForce()).isEqualTo(1);
        assertThat(topology.ask(AdmissionRequest.of("acme/ada")).details().allowed())
                .isTrue();
    }

    private void activate(int version, SigningKey key) {
        topology.send(
                null,
                RequestCodec.encode(key.sign(
                        SignedKind.LEDGER_VERSION,
                        LedgerVersionCodec.encode(new LedgerVersionRecord(version, "alice", "all apps know it")))));
    }

    private double inForce() {
        return topology.registry.get("sluice.ledger.version").gauge().value();
    }
}
