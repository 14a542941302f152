package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition whose leaders do not agree on the time. */
final class ClockTopologyTest extends TopologyTest {
    private static final long HOUR = 3_600_000;
    private static final ReplyAddress REPLY = new ReplyAddress(1, "c");
    /** Ten tokens a second, ten thousand at once. */
    private static final String RULES = "{\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\","
            + "\"rate\":{\"tokens\":10,\"per\":\"1s\"},\"burst\":10000}]}";

    @BeforeEach
    void activate() throws Exception {
        topology.activate(1, RULES);
        ask(10_000);
    }

    /** Asks at the record's time, whatever the one before said. */
    private VerdictDetails ask(long cost) throws Exception {
        AdmissionRequest request = AdmissionRequest.of("acme").cost(cost).build();
        topology.pipe(TopologyFixture.keyOf(request), RequestCodec.encode(request.repliedTo(REPLY)));
        return ((Verdict) topology.onlyReply()).details();
    }

    private double count(String name) {
        return topology.registry.counter(name).count();
    }

    private double marks(String outcome) {
        return topology.registry
                .counter("sluice.clock.marks", "outcome", outcome)
                .count();
    }

    private double gauge(String name) {
        return topology.registry.get(name).tag("partition", "0").gauge().value();
    }

    @Test
    void shouldRefillAMinuteAtMostAndDenyNobodyLonger_whenALeaderIsAnHourAheadForAWhile() throws Exception {
        // Given: an empty bucket; the leader is an hour ahead for ten seconds
        topology.advance(HOUR);
        long admitted = 0;
        for (int second = 0; second < 10; second++) {
            VerdictDetails details = ask(0);
            long left = details.decidingLimit().remaining();
            admitted += left;
            assertThat(ask(left).allowed()).isTrue();
            topology.advance(1_000);
        }

        // When: the next leader is right
        topology.advance(-HOUR);
        long denied = 0;
        long seconds = 600;
        for (long at = 0; at < seconds * 1_000; ) {
            VerdictDetails details = ask(10);
            if (details.allowed()) {
                admitted += 10;
                continue;
            }
            denied++;
            long waitMillis = details.retryAfterMillis();
            topology.advance(waitMillis - 1);
            assertThat(ask(10).allowed()).as("1 ms before %d ms", waitMillis).isFalse();
            topology.advance(1);
            assertThat(ask(10).allowed()).as("after %d ms", waitMillis).isTrue();
            admitted += 10;
            assertThat(waitMillis).isBetween(1L, 1_200L);
            at += waitMillis;
        }

        // Then: what ten minutes and ten seconds refill, and the minute is taken back
        assertThat(denied).isGreaterThan(400);
        assertThat(admitted).isBetween(10 * (seconds + 9), 10 * (seconds + 11 + 1));
        assertThat(count("sluice.clock.steps.cut")).isEqualTo(1);
        topology.sweep();
        assertThat(gauge("sluice.clock.ahead.millis")).isZero();
    }

    @Test
    void shouldGiveAMinuteOfRefill_whenAStampIsFarAhead() throws Exception {
        // When
        topology.advance(HOUR);
        VerdictDetails details = ask(0);
        topology.sweep();

        // Then
        assertThat(details.decidingLimit().remaining()).isEqualTo(600);
        assertThat(details.decidedAtMillis()).isEqualTo(TopologyFixture.START_MILLIS + 60_000);
        assertThat(gauge("sluice.clock.behind.millis")).isEqualTo(HOUR - 60_000);
        assertThat(topology.marksAsked).containsExactly("behind");
    }

    @Test
    void shouldCatchUp_whenAMarkConfirmsTheStamp() throws Exception {
        // When: nobody has asked for an hour
        topology.advance(HOUR);
        ask(0);
        topology.mark(TopologyFixture.START_MILLIS + HOUR - 4_000);
        VerdictDetails details = ask(0);

        // Then
        assertThat(details.decidedAtMillis()).isEqualTo(TopologyFixture.START_MILLIS + HOUR);
        assertThat(details.decidingLimit().remaining()).isEqualTo(10_000);
        assertThat(marks("caught-up")).isEqualTo(1);
    }

    @Test
    void shouldChangeNothing_whenAMarkIsWrongOldForgedOrElsewhere() throws Exception {
        // Given
        topology.advance(HOUR);
        ask(0);
        long nowMillis = TopologyFixture.START_MILLIS + HOUR;

        // When
        topology.mark(nowMillis - HOUR);
        topology.mark(nowMillis - 5_001);
        send(TestKeys.UNAUTHENTICATED, 0, nowMillis);
        send(TestKeys.RULES, 1, nowMillis);

        // Then
        assertThat(ask(0).decidedAtMillis()).isEqualTo(TopologyFixture.START_MILLIS + 60_000);
        assertThat(marks("disagrees")).isEqualTo(2);
        assertThat(topology.deadLetters())
                .extracting(deadLetter -> new String(
                        deadLetter.headers().lastHeader("sluice.reason").value(), StandardCharsets.UTF_8))
                .containsExactly("forged", "invalid-command");
    }

    @Test
    void shouldCatchUp_whenAnOperatorConfirmsTheStamp() throws Exception {
        // Given
        topology.advance(HOUR);
        ask(0);
        long nowMillis = TopologyFixture.START_MILLIS + HOUR;
        String payload = ClockMarkCodec.encode(new ClockMark(0, nowMillis, "alice", "the apps' clocks are wrong"));

        // When: signed as something else by the same key, and then as what it is
        topology.pipe(null, RequestCodec.encode(TestKeys.COMMANDS.sign(SignedKind.CLOCK_MARK, payload)));
        long forged = ask(0).decidedAtMillis();
        topology.pipe(null, RequestCodec.encode(TestKeys.COMMANDS.sign(SignedKind.CLOCK_COMMAND, payload)));

        // Then
        assertThat(forged).isEqualTo(TopologyFixture.START_MILLIS + 60_000);
        assertThat(ask(0).decidedAtMillis()).isEqualTo(nowMillis);
    }

    private void send(SigningKey key, int partition, long nowMillis) {
        ControlRecord record = key.sign(
                SignedKind.CLOCK_MARK, ClockMarkCodec.encode(new ClockMark(partition, nowMillis, "test", "a test")));
        topology.pipe(null, RequestCodec.encode(record));
    }

    @Test
    void shouldAskForMarks_whenNobodyElseAsks() throws Exception {
        // When: a ping each second, and then nothing for twenty
        for (int second = 0; second < 40; second++) {
            topology.pipe(null, RequestCodec.encode(new Ping().repliedTo(REPLY)));
            topology.onlyReply();
            topology.sweep();
        }
        int busy = topology.marksAsked.size();
        for (int second = 0; second < 21; second++) {
            topology.sweep();
        }

        // Then
        assertThat(busy).isZero();
        assertThat(topology.marksAsked).containsExactly("idle");
    }

    @Test
    void shouldAnswerTheRequest_whenAMarkAgreesAlready() throws Exception {
        // When
        topology.mark(TopologyFixture.START_MILLIS);

        // Then
        assertThat(marks("agrees")).isEqualTo(1);
        assertThat(topology.ask(AdmissionRequest.of("acme")).code()).isEqualTo(VerdictCode.DENY);
    }
}
