package io.sluice.testkit.guarantee;

import static io.sluice.testkit.guarantee.DecisionFixture.at;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.reply.Decision;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class GuaranteesTest {

    private static void holds(Guarantee guarantee, Decision... history) {
        assertThatCode(() -> guarantee.check(List.of(history))).doesNotThrowAnyException();
    }

    private static void isBroken(Guarantee guarantee, String detail, Decision... history) {
        assertThatThrownBy(() -> guarantee.check(List.of(history)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(guarantee.id())
                .hasMessageContaining(detail);
    }

    @Nested
    final class OneDecision {
        private final Guarantee guarantee = new OneDecisionPerRecord(Set.of("0-3", "0-5"));
        private final Decision third = at(1).offset(3).ofAcme();
        private final Decision fifth = at(1).offset(5).ofAcme();

        @Test
        void shouldPass_whenEachRecordIsDecidedOnce() {
            holds(guarantee, third, fifth);
        }

        @Test
        void shouldFail_whenOneIsDecidedTwice() {
            isBroken(guarantee, "0-3", third, third, fifth);
        }

        @Test
        void shouldFail_whenOneIsMissing() {
            isBroken(guarantee, "0-5", third);
        }

        @Test
        void shouldFail_whenAnotherRecordIsDecided() {
            isBroken(guarantee, "0-4", third, at(1).offset(4).ofAcme(), fifth);
        }

        @Test
        void shouldFail_whenTheOrderIsNotTheLogs() {
            isBroken(guarantee, "0-3", fifth, third);
        }
    }

    @Nested
    final class OneCharge {
        private final Guarantee guarantee = new OneChargePerIdempotencyKey(100);
        private final DecisionFixture first = at(1_000).key("k");

        @Test
        void shouldPass_whenTheAnswerIsRepeatedWithoutCharge() {
            holds(
                    guarantee,
                    first.ofAcme(),
                    first.asReplay().offset(1).ofAcme(),
                    at(1_100).key("k").offset(2).ofAcme());
        }

        @Test
        void shouldPass_whenAnotherClientUsesTheSameKey() {
            holds(guarantee, first.of("acme/a"), first.offset(1).of("acme/b"));
        }

        @Test
        void shouldFail_whenTheKeyIsChargedAgainWithinTheWindow() {
            isBroken(
                    guarantee,
                    "0-1",
                    first.ofAcme(),
                    at(1_099).key("k").offset(1).ofAcme());
        }

        @Test
        void shouldFail_whenAReplayCharges() {
            isBroken(
                    guarantee,
                    "0-1",
                    first.ofAcme(),
                    first.asReplay().offset(1).charged(1).ofAcme());
        }

        @Test
        void shouldFail_whenAReplayGivesAnotherAnswer() {
            isBroken(
                    guarantee,
                    "0-1",
                    first.ofAcme(),
                    at(1_001).key("k").asReplay().offset(1).ofAcme());
        }

        @Test
        void shouldFail_whenAReplayHasNoFirstAnswer() {
            isBroken(guarantee, "0-1", first.asReplay().offset(1).ofAcme());
        }

        @Test
        void shouldFail_whenAReplayHasNoKey() {
            isBroken(guarantee, "0-0", at(1).asReplay().ofAcme());
        }
    }

    @Nested
    final class Revision {
        private final Guarantee guarantee = new RevisionNeverGoesBack();

        @Test
        void shouldPass_whenARepeatedAnswerKeepsItsOldRevision() {
            holds(
                    guarantee,
                    at(1).revision(1).ofAcme(),
                    at(2).revision(2).ofAcme(),
                    at(1).asReplay().revision(1).ofAcme());
        }

        @Test
        void shouldFail_whenAnOlderRevisionDecides() {
            isBroken(
                    guarantee,
                    "0-8",
                    at(1).revision(2).ofAcme(),
                    at(2).revision(1).offset(8).ofAcme());
        }
    }
}
