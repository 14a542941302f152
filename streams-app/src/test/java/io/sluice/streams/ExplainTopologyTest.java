package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Route;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Explanations over the topology: each is answered, and changes nothing. */
final class ExplainTopologyTest extends TopologyTest {
    private static final ReplyAddress REPLY = new ReplyAddress(1, "c");
    private static final String RULES = """
        {"limits":[
         {"id":"writes","match":{"methods":["POST","PUT"]},"scope":"client","rate":{"tokens":1,"per":"1h"}},
         {"id":"per-client","scope":"client","rate":{"tokens":1,"per":"1h"},"burst":10},
         {"id":"tried","mode":"shadow","scope":"account","rate":{"tokens":1,"per":"1h"},"burst":2}]}\
        """;

    @BeforeEach
    void activate() {
        topology.activate(1, RULES);
    }

    private Explanation explain(AdmissionRequest.Builder admission) throws Exception {
        ExplainQuery query = new ExplainQuery(admission.build());
        topology.send(TopologyFixture.keyOf(query.admission()), RequestCodec.encode(query.repliedTo(REPLY)));
        return (Explanation) topology.onlyReply();
    }

    @Test
    void shouldTellEveryLimitAndTakeNothing_whenAsked() throws Exception {
        // Given
        topology.ask(AdmissionRequest.of("acme/a").cost(3));
        topology.decisions();

        // When
        Explanation explanation = explain(AdmissionRequest.of("acme/a").cost(8).route(new Route("get", "/", "")));

        // Then
        assertThat(explanation.details().code()).isEqualTo(VerdictCode.DENY);
        assertThat(explanation.details().rulesetRevision()).isEqualTo(1);
        assertThat(explanation.truncated()).isFalse();
        assertThat(explanation.limits())
                .containsExactly(
                        new Explanation.Matched(
                                "per-client",
                                "acme/a",
                                10,
                                true,
                                "enforced for every account",
                                false,
                                true,
                                new Explanation.Effect(7, 7, 3_600_000L)),
                        new Explanation.Matched(
                                "tried", "", 2, false, "in shadow", false, false, new Explanation.Effect(2, 2, null)),
                        new Explanation.Mismatched("writes", "method: \"GET\" (expected: one of POST, PUT)"));
        assertThat(topology.decisions()).isEmpty();
        Verdict next = topology.ask(AdmissionRequest.of("acme/a").cost(7));
        assertThat(next.code()).isEqualTo(VerdictCode.ALLOW);
    }

    @Test
    void shouldGiveTheVerdictThatComesNext_whenTheRequestIsThenAsked() throws Exception {
        // Given
        AdmissionRequest.Builder admission = AdmissionRequest.of("acme/a").cost(4);

        // When
        Explanation explanation = explain(admission);
        Verdict verdict = topology.ask(admission);

        // Then
        assertThat(verdict.details()).isEqualTo(explanation.details());
    }

    @Test
    void shouldLookPastIdempotencyKeys_whenOneIsGiven() throws Exception {
        // Given
        topology.ask(AdmissionRequest.of("acme/a").cost(10).idempotencyKey("once"));

        // When
        Explanation explanation = explain(AdmissionRequest.of("acme/a").cost(10).idempotencyKey("once"));

        // Then
        assertThat(explanation.details().code()).isEqualTo(VerdictCode.DENY);
        assertThat(explanation.details().replayed()).isFalse();
    }
}
