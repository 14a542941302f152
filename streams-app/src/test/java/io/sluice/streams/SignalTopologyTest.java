package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.signal.HealthSignal;
import io.sluice.engine.signal.HealthSignals;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.SignalRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.SignalStatus;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.streams.store.PartitionState;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health signals in a request partition, and the brown-out that they switch. */
final class SignalTopologyTest extends TopologyTest {
    private static final long START = TopologyFixture.START_MILLIS;
    private static final String RULES = "{\"limits\":[{\"id\":\"l\",\"scope\":\"account\","
            + "\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":40}],"
            + "\"brownOut\":{\"tiers\":[\"standard\"],\"scale\":\"25%\","
            + "\"when\":{\"signal\":\"db\",\"badFor\":\"5s\",\"goodFor\":\"10s\"}}}";

    @BeforeEach
    void activate() {
        topology.activate(1, RULES);
    }

    private void report(boolean good, long atMillis) {
        send(TestKeys.COMMANDS, SignedKind.SIGNAL, good, atMillis);
    }

    private void send(SigningKey key, SignedKind kind, boolean good, long atMillis) {
        String payload = SignalCodec.encode(new SignalRecord("db", good, 30_000, atMillis, "agent"));
        topology.send(null, RequestCodec.encode(key.sign(kind, payload)));
    }

    private long charged() throws Exception {
        VerdictDetails before =
                topology.ask(AdmissionRequest.of("acme").cost(0)).details();
        VerdictDetails after = topology.ask(AdmissionRequest.of("acme")).details();
        return before.limits().get(0).remaining() - after.limits().get(0).remaining();
    }

    private List<SignalStatus> known() throws WireException {
        topology.send(null, RequestCodec.encode(new Ping().repliedTo(new ReplyAddress(0, "p"))));
        return ((Pong) topology.onlyReply()).signals();
    }

    @Test
    void shouldTakeMoreAndSayWhy_whenTheSignalIsBad() throws Exception {
        // Given
        report(false, START);
        long before = charged();
        topology.advance(5_000);

        // When
        long during = charged();
        topology.send(
                "acme".getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(
                        new ExplainQuery(AdmissionRequest.of("acme").build()).repliedTo(new ReplyAddress(0, "e"))));
        Explanation explained = (Explanation) topology.onlyReply();

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(during).isEqualTo(4);
        assertThat(explained.brownedOut()).isEqualTo(new Explanation.BrownedOut("db", START, 250));
        assertThat(known()).containsExactly(new SignalStatus("db", false, START, START + 30_000, true));
    }

    @Test
    void shouldEnd_whenGoodAgainOrNobodyReports() throws Exception {
        // Given
        report(false, START);
        topology.advance(6_000);
        report(true, START + 6_000);

        // When / Then
        topology.advance(9_999);
        assertThat(charged()).isEqualTo(4);
        topology.advance(1);
        assertThat(charged()).isEqualTo(1);
        report(false, START + 16_000);
        topology.advance(29_999);
        assertThat(charged()).isEqualTo(4);
        topology.advance(1);
        assertThat(charged()).as("the reporter is dead").isEqualTo(1);
        assertThat(known()).isEmpty();
    }

    @Test
    void shouldBeStored_whenTaken() throws Exception {
        // When
        report(false, START);
        topology.advance(6_000);
        report(true, START + 6_000);

        // Then
        assertThat(new PartitionState(topology.store()).signals())
                .isEqualTo(new HealthSignals(
                        List.of(new HealthSignal("db", true, START + 6_000, START + 36_000, START + 6_000, true))));
    }

    @Test
    void shouldChangeNothing_whenForgedOrInvalidOrOldOrByAWrongClock() throws Exception {
        // When
        send(TestKeys.UNAUTHENTICATED, SignedKind.SIGNAL, false, START);
        send(TestKeys.RULES, SignedKind.SIGNAL, false, START);
        send(TestKeys.COMMANDS, SignedKind.ACCOUNT_COMMAND, false, START);
        topology.send(
                null, RequestCodec.encode(TestKeys.COMMANDS.sign(SignedKind.SIGNAL, "{\"v\":1,\"kind\":\"signal\"}")));
        long deadLetters = topology.deadLetters().size();
        report(false, START - 5_001);
        report(true, START + 1);
        report(false, START);
        topology.advance(20_000);

        // Then
        assertThat(deadLetters).isEqualTo(4);
        assertThat(topology.deadLetters()).as("skipped, and no dead letters").isEmpty();
        assertThat(known()).containsExactly(new SignalStatus("db", true, START, START + 30_000, false));
        assertThat(charged()).isEqualTo(1);
    }
}
