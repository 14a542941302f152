package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdmissionTopologyTest extends TopologyTest {
    @Test
    void shouldKeepItsShape_whenDescribed() {
        // Given
        AdmissionConfig config = new AdmissionConfig(
                1, 1, TestKeys.TRUSTED, Duration.ofSeconds(1), 1, 1_000, (partition, reason) -> {}, null);

        // When
        String described = AdmissionTopology.build(config, new AdmissionMetrics(topology.registry), Runnable::run)
                .describe()
                .toString();

        // Then: names are part of the contract; renaming the store orphans its changelog
        assertThat(described)
                .contains("Source: requests-source (topics: [sluice.requests.v1])")
                .contains("Processor: admission-processor (stores: [sluice-state])")
                .contains("Sink: replies-sink (topic: sluice.replies.v1)")
                .contains("Sink: decisions-sink (topic: sluice.decisions.v1)")
                .contains("Sink: alerts-sink (topic: sluice.alerts.v1)")
                .contains("Sink: dead-letters-sink (topic: sluice.dead-letters.v1)")
                .contains("Sink: accounts-sink (topic: sluice.accounts.v1)")
                .contains("Sink: audit-sink (topic: sluice.audit.v1)")
                .doesNotContain("Sub-topology: 1");
    }

    @Test
    void shouldAllowExactlyTheBurst_whenAskedAtOnce() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());

        // When
        List<VerdictCode> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(topology.ask(AdmissionRequest.of("acme/alice")).code());
        }

        // Then
        assertThat(answers)
                .containsExactly(
                        VerdictCode.ALLOW, VerdictCode.ALLOW, VerdictCode.ALLOW, VerdictCode.DENY, VerdictCode.DENY);
        assertThat(topology.decisions()).extracting(Decision::charged).containsExactly(1L, 1L, 1L, 0L, 0L);
    }

    @Test
    void shouldAdmitAgain_whenTheToldWaitIsOver() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        topology.ask(AdmissionRequest.of("acme").cost(3));
        Verdict denied = topology.ask(AdmissionRequest.of("acme"));

        // When
        topology.advance(9_999);
        Verdict early = topology.ask(AdmissionRequest.of("acme"));
        topology.advance(1);
        Verdict punctual = topology.ask(AdmissionRequest.of("acme"));

        // Then
        assertThat(denied.details().retryAfterMillis()).isEqualTo(10_000);
        assertThat(denied.details().reason())
                .isEqualTo("limit per-client has 0 of 3 tokens left, 1 asked for; enough in 10000 ms");
        assertThat(early.code()).isEqualTo(VerdictCode.DENY);
        assertThat(punctual.code()).isEqualTo(VerdictCode.ALLOW);
    }

    @Test
    void shouldMarkTheTime_whenItStarts() {
        // When: nobody knows how long the partition was idle
        topology.sweep();

        // Then
        assertThat(topology.marksAsked).containsExactly("idle");
    }

    @Test
    void shouldNotTurnTimeBack_whenBrokerTimeRunsBackwards() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        topology.ask(AdmissionRequest.of("acme").cost(3));

        // When
        topology.advance(-60_000);
        Verdict verdict = topology.ask(AdmissionRequest.of("acme"));

        // Then
        assertThat(verdict.details().decidedAtMillis()).isEqualTo(TopologyFixture.START_MILLIS);
        assertThat(topology.registry.counter("sluice.clock.clamps").count()).isEqualTo(1);
    }

    @Test
    void shouldRepeatTheVerdictAndChargeOnce_whenIdempotencyKeyIsRepeated() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        Verdict first = topology.ask(AdmissionRequest.of("acme").idempotencyKey("k"));

        // When
        topology.advance(5);
        Verdict again = topology.ask(AdmissionRequest.of("acme").idempotencyKey("k"));
        Verdict other =
                topology.ask(AdmissionRequest.of("acme").idempotencyKey("k").cost(2));

        // Then
        assertThat(again.details().replayed()).isTrue();
        assertThat(again.details().limits()).isEqualTo(first.details().limits());
        assertThat(again.details().decidedAtMillis()).isEqualTo(first.details().decidedAtMillis());
        assertThat(other.error().code()).isEqualTo("idempotency-key-reused");
        assertThat(topology.decisions()).extracting(Decision::charged).containsExactly(1L, 0L);
    }

    @Test
    void shouldReportEveryBucketWithoutTaking_whenQuotaIsAsked() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        topology.ask(AdmissionRequest.of("acme/a").cost(2));
        topology.decisions();

        // When
        ClientId clientId = ClientId.parse("clientId", "acme/a");
        topology.send(
                "acme".getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(new QuotaQuery(clientId).repliedTo(new ReplyAddress(0, "q"))));
        QuotaReport report = (QuotaReport) topology.onlyReply();

        // Then
        assertThat(report.limits()).singleElement().satisfies(limit -> {
            assertThat(limit.remaining()).isEqualTo(1);
            assertThat(limit.scope()).isEqualTo("acme/a");
        });
        assertThat(topology.decisions()).isEmpty();
    }

    @Test
    void shouldAnswerWithTheRevision_whenPinged() throws Exception {
        // Given
        topology.activate(4, TopologyFixture.threePerClient());

        // When
        topology.send(null, RequestCodec.encode(new Ping().repliedTo(new ReplyAddress(2, "p"))));

        // Then
        assertThat(topology.onlyReply()).isEqualTo(new Pong("p", 0, 4));
    }

    @Test
    void shouldRefuseControlRecord_whenForgedOrNotCompiling() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        String lax = TopologyFixture.activation(2, "{\"limits\":[]}");
        ControlRecord asCommand = TestKeys.COMMANDS.sign(SignedKind.ACCOUNT_COMMAND, lax);
        List<ControlRecord> forged = List.of(
                TestKeys.UNAUTHENTICATED.sign(SignedKind.RULES, lax),
                TestKeys.COMMANDS.sign(SignedKind.RULES, lax),
                TestKeys.RULES.sign(SignedKind.RULES_AUDIT, lax),
                asCommand,
                new ControlRecord(lax, ""));

        // When
        forged.forEach(record -> topology.send(null, RequestCodec.encode(record)));
        topology.activate(Long.MAX_VALUE, "{\"limits\":[]}");
        topology.activate(3, "{\"limits\":[{\"id\":\"x\"}]}");
        topology.send(null, RequestCodec.encode(TestKeys.RULES.sign(SignedKind.RULES, "no activation")));
        Verdict verdict = topology.ask(AdmissionRequest.of("acme"));

        // Then
        assertThat(topology.deadLetters())
                .extracting(deadLetter -> header(deadLetter, "sluice.reason"))
                .containsExactly(
                        "forged",
                        "forged",
                        "forged",
                        "forged",
                        "forged",
                        "invalid-ruleset",
                        "invalid-ruleset",
                        "invalid-ruleset");
        assertThat(verdict.details().rulesetRevision()).isEqualTo(1);
    }

    @Test
    void shouldIgnoreActivation_whenRevisionIsNotNewer() throws Exception {
        // Given
        topology.activate(5, TopologyFixture.threePerClient());

        // When
        topology.activate(5, "{\"limits\":[]}");
        topology.activate(4, "{\"limits\":[]}");
        Verdict verdict = topology.ask(AdmissionRequest.of("acme").cost(4));

        // Then
        assertThat(verdict.details().rulesetRevision()).isEqualTo(5);
        assertThat(verdict.details().reasonCode()).isEqualTo("cost-above-capacity");
        assertThat(verdict.details().retryAfterMillis()).isNull();
        assertThat(topology.deadLetters()).isEmpty();
    }

    @Test
    void shouldDeadLetterWithPlaceAndBytes_whenMalformed() throws Exception {
        // Given
        byte[] key = "acme".getBytes(StandardCharsets.UTF_8);
        byte[] value = "{\"v\":1,\"clientId\":\"acme\",\"cost\":-3,\"reply\":{\"partition\":2,\"correlationId\":\"c\"}}"
                .getBytes(StandardCharsets.UTF_8);

        // When
        topology.send(key, value);

        // Then
        TestRecord<byte[], byte[]> deadLetter = topology.deadLetters().get(0);
        assertThat(deadLetter.key()).isEqualTo(key);
        assertThat(deadLetter.value()).isEqualTo(value);
        assertThat(header(deadLetter, "sluice.reason")).isEqualTo("malformed");
        assertThat(header(deadLetter, "sluice.field")).isEqualTo("cost");
        assertThat(header(deadLetter, "sluice.detail")).isEqualTo("-3 (expected: 0..1000000000)");
        assertThat(header(deadLetter, "sluice.offset")).isEqualTo("0");
        Verdict verdict = (Verdict) topology.onlyReply();
        assertThat(verdict.code()).isEqualTo(VerdictCode.ERROR);
        assertThat(verdict.error().field()).isEqualTo("cost");
    }

    @Test
    void shouldTellNothingMoreOfAPartition_whenItIsLost(@TempDir Path otherDir) throws Exception {
        // Given
        TopologyFixture lost = new TopologyFixture(otherDir);
        lost.activate(5, TopologyFixture.threePerClient());
        lost.sweep();
        assertThat(lost.registry.get("sluice.ruleset.revision").gauge().value()).isEqualTo(5);
        assertThat(lost.registry.get("sluice.state.cached").gauge().value()).isPositive();

        // When
        lost.close();

        // Then
        assertThat(lost.registry.getMeters()).noneMatch(meter -> meter.getId().getTag("partition") != null);
    }

    @Test
    void shouldNotAnswer_whenReplyPartitionIsOutOfRange() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        AdmissionRequest request = AdmissionRequest.of("acme").build();

        // When
        ReplyAddress beyond = new ReplyAddress(TopologyFixture.REPLY_PARTITIONS, "c");
        topology.send(TopologyFixture.keyOf(request), RequestCodec.encode(request.repliedTo(beyond)));

        // Then
        assertThat(topology.hasReply()).isFalse();
        assertThat(topology.decisions()).isEmpty();
        assertThat(header(topology.deadLetters().get(0), "sluice.detail")).isEqualTo("3 (expected: 0..2)");
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
