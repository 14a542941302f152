package io.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.Route;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The admission part of {@link VerbsContract}, as far as nothing is held. */
abstract class AdmissionVerbs extends VerbSteps {
    private static final Route BRIEF = new Route("POST", "/brief", "");
    private static final Route CHANGING = new Route("POST", "/changing", "");
    private static final int ATTEMPTS_MAX = 20;

    @Test
    void shouldChargeEveryLimit_whenAllowed() throws Exception {
        // Given
        admit(ask("a").cost(3));

        // When
        VerdictDetails second = admit(ask("a").cost(4));

        // Then
        assertThat(second.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(second.reasonCode()).isEqualTo("within-limits");
        assertThat(taken(second.limits())).containsExactly(Map.entry("per-client", 7L), Map.entry("per-account", 7L));
    }

    @Test
    void shouldChargeNothing_whenOneLimitRefuses() throws Exception {
        // Given
        admit(ask("a").cost(20));
        admit(ask("b").cost(20));

        // When
        VerdictDetails refused = admit(ask("c").cost(11));

        // Then
        assertThat(refused.code()).isEqualTo(VerdictCode.DENY);
        assertThat(refused.decidingLimit()).extracting(LimitStatus::id).isEqualTo("per-account");
        assertThat(taken(quota("c"))).containsEntry("per-client", 0L).containsEntry("per-account", 40L);
        assertThat(admit(ask("c").cost(10)).code()).isEqualTo(VerdictCode.ALLOW);
    }

    @Test
    void shouldSayThatNoWaitHelps_whenTheCostIsAboveTheCapacity() throws Exception {
        // Given
        // When
        VerdictDetails refused = admit(ask("a").cost(21));

        // Then
        assertThat(refused.reasonCode()).isEqualTo("cost-above-capacity");
        assertThat(refused.retryAfterMillis()).isNull();
    }

    @Test
    void shouldTakeNothing_whenTheCostIsZero() throws Exception {
        // Given
        admit(ask("a").cost(20));

        // When
        VerdictDetails look = admit(ask("a").cost(0));

        // Then
        assertThat(look.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(taken(look.limits())).containsEntry("per-client", 20L);
    }

    @Test
    void shouldGiveTheSameVerdictOnce_whenAKeyIsRepeated() throws Exception {
        // Given
        VerdictDetails first = admit(ask("a").cost(5).idempotencyKey("order-1"));

        // When
        VerdictDetails again = admit(ask("a").cost(5).idempotencyKey("order-1"));

        // Then
        assertThat(first.replayed()).isFalse();
        assertThat(again.replayed()).isTrue();
        assertThat(again.limits()).isEqualTo(first.limits());
        assertThat(again.decidedAtMillis()).isEqualTo(first.decidedAtMillis());
        assertThat(taken(quota("a"))).containsEntry("per-client", 5L);
    }

    @Test
    void shouldRefuseAKey_whenItAsksAnotherRequest() throws Exception {
        // Given
        admit(ask("a").cost(5).idempotencyKey("order-1"));

        // When
        Verdict other = port().admit(ask("a").cost(6).idempotencyKey("order-1").build());

        // Then
        assertThat(other.error()).extracting(WireError::code).isEqualTo(WireError.IDEMPOTENCY_KEY_REUSED);
        assertThat(taken(quota("a"))).containsEntry("per-client", 5L);
        assertThat(admit(ask("b").cost(6).idempotencyKey("order-1")).replayed()).isFalse();
    }

    @Test
    void shouldBeAllowedThenAndNoSooner_whenItWaitsAsItWasTold() throws Exception {
        // Given
        String who;
        VerdictDetails refused;
        int attempts = 0;
        // Where time passes by itself, all tokens may have flowed back before the second request was decided.
        do {
            who = "a-" + attempts++;
            admit(ask(who).route(BRIEF).cost(3));
            refused = admit(ask(who).route(BRIEF).cost(3));
        } while (refused.allowed() && attempts < ATTEMPTS_MAX);
        assertThat(refused.code()).isEqualTo(VerdictCode.DENY);
        long waitMillis = Objects.requireNonNull(refused.retryAfterMillis());
        long freeAtMillis = refused.decidedAtMillis() + waitMillis;

        // When
        port().passTime(client(who), waitMillis - 1);
        VerdictDetails early = admit(ask(who).route(BRIEF).cost(3));
        port().passTime(client(who), 1);
        VerdictDetails late =
                early.allowed() ? early : admit(ask(who).route(BRIEF).cost(3));

        // Then
        assertThat(early.allowed()).isEqualTo(early.decidedAtMillis() >= freeAtMillis);
        assertThat(late.decidedAtMillis()).isGreaterThanOrEqualTo(freeAtMillis);
        assertThat(late.code()).isEqualTo(VerdictCode.ALLOW);
    }

    @Test
    void shouldBeAnsweredByTheList_whenListed() throws Exception {
        // Given
        admit(ask("a").cost(20));

        // When
        VerdictDetails denied = admit(ask("a").attribute("ip", "203.0.113.9"));
        VerdictDetails allowed = admit(ask("a").cost(20).attribute("ip", "192.0.2.1"));

        // Then
        assertThat(denied.code()).isEqualTo(VerdictCode.DENY);
        assertThat(denied.listId()).isEqualTo("blocked");
        assertThat(allowed.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(allowed.listId()).isEqualTo("trusted");
        assertThat(taken(quota("a"))).containsEntry("per-client", 20L);
    }

    @Test
    void shouldTellEveryLimitAndTakeNothing_whenAskedForTheQuota() throws Exception {
        // Given
        admit(ask("a").cost(3));

        // When
        QuotaReport once = port().quota(client("a"));
        List<LimitStatus> twice = quota("a");

        // Then
        assertThat(once.clientId()).isEqualTo(account() + "/a");
        assertThat(taken(once.limits()))
                .containsEntry("per-client", 3L)
                .containsEntry("per-account", 3L)
                .containsEntry("brief", 0L)
                .containsEntry("slots", 0L);
        assertThat(taken(twice)).isEqualTo(taken(once.limits()));
    }

    @Test
    void shouldDecideByTheNewRules_whenTheyAreActivated() throws Exception {
        // Given
        VerdictDetails before = admit(ask("a").route(CHANGING).cost(8));

        // When
        port().activate(rules(16));

        // Then: what is in use stays in use.
        VerdictDetails refused = admit(ask("a").route(CHANGING).cost(9));
        VerdictDetails allowed = admit(ask("a").route(CHANGING).cost(8));
        port().activate(RULES);
        assertThat(refused.decidingLimit()).extracting(LimitStatus::id).isEqualTo("changing");
        assertThat(refused.rulesetRevision()).isGreaterThan(before.rulesetRevision());
        assertThat(allowed.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(taken(quota("a"))).containsEntry("changing", 10L);
    }
}
