package io.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Answer;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.testkit.guarantee.LimitBound;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * What the verbs do, wherever Sluice runs: admit, look, reserve, commit, cancel, release, batch, quota, and a change of rules.
 *
 * <p>Each test has an account of its own, so one cluster does for all of them. What must not flow back during a test takes
 * an hour to; where time matters, the verdicts' own moments decide what is expected.
 */
public abstract class VerbsContract {
    /** The rules that {@link #port} has in force before each test. */
    public static final String RULES = rules(10);

    /** What no history of this contract may exceed. */
    public static final Map<String, LimitBound> BOUNDS = Map.of(
            "per-client", new LimitBound(20, 1, 3_600_000),
            "per-account", new LimitBound(50, 1, 3_600_000),
            "brief", new LimitBound(3, 1, 500));

    public static final long IDEMPOTENCY_WINDOW_MILLIS = 600_000;

    private static final Route SLOTS = new Route("POST", "/slots", "");
    private static final Route BRIEF = new Route("POST", "/brief", "");
    private static final Route CHANGING = new Route("POST", "/changing", "");

    private String account = "";

    /** What is asked; one of them may serve all tests of a class. */
    protected abstract AdmissionPort port();

    private static String rules(int changingBurst) {
        return """
            {"limits":[
             {"id":"per-client","scope":"client","rate":{"tokens":1,"per":"1h"},"burst":20},
             {"id":"per-account","scope":"account","rate":{"tokens":1,"per":"1h"},"burst":50},
             {"id":"brief","match":{"path":"/brief"},"scope":"client","rate":{"tokens":1,"per":"500ms"},"burst":3},
             {"id":"slots","match":{"path":"/slots"},"scope":"account","algorithm":"concurrency","limit":2,"ttl":"1h"},
             {"id":"changing","match":{"path":"/changing"},"scope":"client","rate":{"tokens":1,"per":"1h"},"burst":%d}],
             "lists":[{"id":"blocked","access":"deny","entries":[{"attributes":{"ip":"203.0.113.9"}}]},
              {"id":"trusted","access":"allow","entries":[{"attributes":{"ip":"192.0.2.1"}}]}]}\
            """.formatted(changingBurst);
    }

    @BeforeEach
    final void nameAccount(TestInfo test) {
        account = "verbs-"
                + Integer.toHexString(
                        test.getTestMethod().orElseThrow().getName().hashCode());
    }

    @Test
    void shouldChargeEveryLimit_whenAllowed() throws Exception {
        // Given
        admit(ask("a").cost(3));

        // When
        Judged second = admit(ask("a").cost(4));

        // Then
        assertThat(second.answer()).isEqualTo(Answer.ALLOW);
        assertThat(second.reasonCode()).isEqualTo("within-limits");
        assertThat(taken(second.limits())).containsExactly(Map.entry("per-client", 7L), Map.entry("per-account", 7L));
    }

    @Test
    void shouldChargeNothing_whenOneLimitRefuses() throws Exception {
        // Given
        admit(ask("a").cost(20));
        admit(ask("b").cost(20));

        // When
        Judged refused = admit(ask("c").cost(11));

        // Then
        assertThat(refused.answer()).isEqualTo(Answer.DENY);
        assertThat(refused.decidingLimit()).extracting(LimitStatus::id).isEqualTo("per-account");
        assertThat(taken(quota("c"))).containsEntry("per-client", 0L).containsEntry("per-account", 40L);
        assertThat(admit(ask("c").cost(10)).answer()).isEqualTo(Answer.ALLOW);
    }

    @Test
    void shouldSayThatNoWaitHelps_whenTheCostIsAboveTheCapacity() throws Exception {
        // Given
        // When
        Judged refused = admit(ask("a").cost(21));

        // Then
        assertThat(refused.reasonCode()).isEqualTo("cost-above-capacity");
        assertThat(refused.retryAfterMillis()).isNull();
    }

    @Test
    void shouldTakeNothing_whenTheCostIsZero() throws Exception {
        // Given
        admit(ask("a").cost(20));

        // When
        Judged look = admit(ask("a").cost(0));

        // Then
        assertThat(look.answer()).isEqualTo(Answer.ALLOW);
        assertThat(taken(look.limits())).containsEntry("per-client", 20L);
    }

    @Test
    void shouldGiveTheSameVerdictOnce_whenAKeyIsRepeated() throws Exception {
        // Given
        Judged first = admit(ask("a").cost(5).idempotencyKey("order-1"));

        // When
        Judged again = admit(ask("a").cost(5).idempotencyKey("order-1"));

        // Then
        assertThat(first.replayed()).isFalse();
        assertThat(again.replayed()).isTrue();
        assertThat(again.limits()).isEqualTo(first.limits());
        assertThat(again.decidedAtMillis()).isEqualTo(first.decidedAtMillis());
        assertThat(taken(quota("a"))).containsEntry("per-client", 5L);
    }

    @Test
    void shouldRefuseAKey_whenItAsksAnotherQuestion() throws Exception {
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
    void shouldGiveBackTheRestOnce_whenCommitted() throws Exception {
        // Given
        HoldId reservation = reserve("a", 10, 3_600_000);

        // When
        Settlement committed = settled(SettleRequest.commit(client("a"), reservation, 4));
        Settlement again = settled(SettleRequest.commit(client("a"), reservation, 4));
        SettlementReply cancelled = port().settle(SettleRequest.cancel(client("a"), reservation));

        // Then
        assertThat(committed.outcome()).isEqualTo(Settlement.Outcome.COMMITTED);
        assertThat(committed.returned()).isEqualTo(6);
        assertThat(taken(committed.limits())).containsEntry("per-client", 4L).containsEntry("per-account", 4L);
        assertThat(again.replayed()).isTrue();
        assertThat(cancelled.error()).extracting(WireError::code).isEqualTo(WireError.RESERVATION_NOT_FOUND);
        assertThat(taken(quota("a"))).containsEntry("per-client", 4L);
    }

    @Test
    void shouldGiveBackAll_whenCancelled() throws Exception {
        // Given
        HoldId reservation = reserve("a", 10, 3_600_000);

        // When
        Settlement cancelled = settled(SettleRequest.cancel(client("a"), reservation));

        // Then
        assertThat(cancelled.outcome()).isEqualTo(Settlement.Outcome.CANCELLED);
        assertThat(taken(quota("a"))).containsEntry("per-client", 0L).containsEntry("per-account", 0L);
    }

    @Test
    void shouldChangeNothing_whenASettlementIsNotInOrder() throws Exception {
        // Given
        HoldId reservation = reserve("a", 10, 3_600_000);

        // When
        SettlementReply tooMuch = port().settle(SettleRequest.commit(client("a"), reservation, 11));
        SettlementReply stranger = port().settle(SettleRequest.cancel(client("b"), reservation));
        SettlementReply noSlots = port().settle(SettleRequest.release(client("a"), reservation));

        // Then
        assertThat(tooMuch.error()).extracting(WireError::code).isEqualTo(WireError.COMMIT_ABOVE_RESERVATION);
        assertThat(stranger.error()).extracting(WireError::code).isEqualTo(WireError.RESERVATION_NOT_FOUND);
        assertThat(noSlots.error()).extracting(WireError::code).isEqualTo(WireError.RESERVATION_NOT_FOUND);
        assertThat(taken(quota("a"))).containsEntry("per-client", 10L);
    }

    @Test
    void shouldGiveBackAll_whenAReservationExpires() throws Exception {
        // Given
        HoldId reservation = reserve("a", 10, 200);

        // When
        port().passTime(client("a"), 200);

        // Then
        assertThat(taken(quota("a"))).containsEntry("per-client", 0L).containsEntry("per-account", 0L);
        assertThat(port().settle(SettleRequest.commit(client("a"), reservation, 1))
                        .error())
                .extracting(WireError::code)
                .isEqualTo(WireError.RESERVATION_NOT_FOUND);
    }

    @Test
    void shouldFreeASlot_whenReleased() throws Exception {
        // Given
        Judged first = admit(ask("a").route(SLOTS));
        admit(ask("b").route(SLOTS));
        Judged refused = admit(ask("a").route(SLOTS));

        // When
        HoldId slot =
                HoldId.parse("releaseId", Objects.requireNonNull(first.held().releaseId()));
        Settlement released = settled(SettleRequest.release(client("a"), slot));

        // Then
        assertThat(refused.decidingLimit()).extracting(LimitStatus::id).isEqualTo("slots");
        assertThat(released.outcome()).isEqualTo(Settlement.Outcome.RELEASED);
        assertThat(taken(released.limits())).containsExactly(Map.entry("slots", 1L));
        assertThat(admit(ask("a").route(SLOTS)).answer()).isEqualTo(Answer.ALLOW);
    }

    @Test
    void shouldBeAllowedThenAndNoSooner_whenItWaitsAsItWasTold() throws Exception {
        // Given
        admit(ask("a").route(BRIEF).cost(3));
        Judged refused = admit(ask("a").route(BRIEF).cost(3));
        assertThat(refused.answer()).isEqualTo(Answer.DENY);
        long waitMillis = Objects.requireNonNull(refused.retryAfterMillis());
        long freeAtMillis = refused.decidedAtMillis() + waitMillis;

        // When
        port().passTime(client("a"), waitMillis - 1);
        Judged early = admit(ask("a").route(BRIEF).cost(3));
        port().passTime(client("a"), 1);
        Judged late = early.allowed() ? early : admit(ask("a").route(BRIEF).cost(3));

        // Then
        assertThat(early.allowed()).isEqualTo(early.decidedAtMillis() >= freeAtMillis);
        assertThat(late.decidedAtMillis()).isGreaterThanOrEqualTo(freeAtMillis);
        assertThat(late.answer()).isEqualTo(Answer.ALLOW);
    }

    @Test
    void shouldBeAnsweredByTheList_whenListed() throws Exception {
        // Given
        admit(ask("a").cost(20));

        // When
        Judged denied = admit(ask("a").attribute("ip", "203.0.113.9"));
        Judged allowed = admit(ask("a").cost(20).attribute("ip", "192.0.2.1"));

        // Then
        assertThat(denied.answer()).isEqualTo(Answer.DENY);
        assertThat(denied.listId()).isEqualTo("blocked");
        assertThat(allowed.answer()).isEqualTo(Answer.ALLOW);
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
        assertThat(once.clientId()).isEqualTo(account + "/a");
        assertThat(taken(once.limits()))
                .containsEntry("per-client", 3L)
                .containsEntry("per-account", 3L)
                .containsEntry("brief", 0L)
                .containsEntry("slots", 0L);
        assertThat(taken(twice)).isEqualTo(taken(once.limits()));
    }

    @Test
    void shouldJudgeByTheNewRules_whenTheyAreActivated() throws Exception {
        // Given
        Judged before = admit(ask("a").route(CHANGING).cost(8));

        // When
        port().activate(rules(16));

        // Then: what is in use stays in use.
        Judged refused = admit(ask("a").route(CHANGING).cost(9));
        Judged allowed = admit(ask("a").route(CHANGING).cost(8));
        port().activate(RULES);
        assertThat(refused.decidingLimit()).extracting(LimitStatus::id).isEqualTo("changing");
        assertThat(refused.rulesetRevision()).isGreaterThan(before.rulesetRevision());
        assertThat(allowed.answer()).isEqualTo(Answer.ALLOW);
        assertThat(taken(quota("a"))).containsEntry("changing", 10L);
    }

    @Test
    void shouldChargeEveryCheck_whenABatchIsAllowed() throws Exception {
        // Given
        BatchRequest batch = batch(null, ask("a").cost(4), ask("b").cost(5), ask("a").cost(6));

        // When
        BatchVerdict verdict = (BatchVerdict) port().admitAll(batch);

        // Then
        assertThat(verdict.judged().answer()).isEqualTo(Answer.ALLOW);
        assertThat(verdict.refusedCheck()).isNull();
        assertThat(taken(quota("a"))).containsEntry("per-client", 10L).containsEntry("per-account", 15L);
        assertThat(taken(quota("b"))).containsEntry("per-client", 5L);
    }

    @Test
    void shouldChargeNothingAndNameTheCheck_whenOneOfABatchIsRefused() throws Exception {
        // Given
        BatchRequest batch = batch(null, ask("a").cost(15), ask("b").cost(5), ask("a").cost(6));

        // When
        BatchVerdict verdict = (BatchVerdict) port().admitAll(batch);

        // Then: together they want more than there can be.
        assertThat(verdict.judged().answer()).isEqualTo(Answer.DENY);
        assertThat(verdict.refusedCheck()).isEqualTo(2);
        assertThat(verdict.judged().decidingLimit())
                .extracting(LimitStatus::id, LimitStatus::scope)
                .containsExactly("per-client", account + "/a");
        assertThat(verdict.judged().retryAfterMillis()).isNull();
        assertThat(taken(quota("a"))).containsEntry("per-client", 0L).containsEntry("per-account", 0L);
    }

    @Test
    void shouldGiveTheSameAnswerOnce_whenTheKeyOfABatchIsRepeated() throws Exception {
        // Given
        BatchRequest batch = batch("rows-1", ask("a").cost(4), ask("b").cost(5));
        BatchVerdict first = (BatchVerdict) port().admitAll(batch);

        // When
        BatchVerdict again = (BatchVerdict) port().admitAll(batch);
        Reply other = port().admitAll(batch("rows-1", ask("b").cost(5), ask("a").cost(4)));

        // Then
        assertThat(first.judged().replayed()).isFalse();
        assertThat(again.judged().replayed()).isTrue();
        assertThat(again.judged().limits()).isEqualTo(first.judged().limits());
        assertThat(((Verdict) other).error()).extracting(WireError::code).isEqualTo(WireError.IDEMPOTENCY_KEY_REUSED);
        assertThat(admit(ask("a").idempotencyKey("rows-1")).replayed()).isFalse();
        assertThat(taken(quota("a"))).containsEntry("per-client", 5L);
    }

    @Test
    void shouldRefuseTheBatchAsSuch_whenACheckTakesSlots() throws Exception {
        // Given
        BatchRequest batch = batch(null, ask("a").cost(4), ask("a").route(SLOTS));

        // When
        Verdict refused = (Verdict) port().admitAll(batch);

        // Then
        assertThat(refused.error()).extracting(WireError::code).isEqualTo(WireError.NOT_IN_BATCH);
        assertThat(taken(quota("a"))).containsEntry("per-client", 0L).containsEntry("slots", 0L);
    }

    private static BatchRequest batch(@Nullable String idempotencyKey, AdmissionRequest.Builder... checks)
            throws WireException {
        List<AdmissionRequest> built = new ArrayList<>();
        for (AdmissionRequest.Builder check : checks) {
            built.add(check.build());
        }
        return BatchRequest.checked(built, /* requestId= */ null, idempotencyKey);
    }

    private ClientId client(String name) throws WireException {
        return ClientId.parse("clientId", account + "/" + name);
    }

    private AdmissionRequest.Builder ask(String name) {
        return AdmissionRequest.of(account + "/" + name);
    }

    private Judged admit(AdmissionRequest.Builder question) throws WireException {
        Verdict verdict = port().admit(question.build());
        assertThat(verdict.error()).as("error").isNull();
        return Objects.requireNonNull(verdict.judged());
    }

    private HoldId reserve(String name, long cost, long ttlMillis) throws WireException {
        Judged reserved = admit(ask(name).cost(cost).reserveMillis(ttlMillis));
        assertThat(taken(reserved.limits())).containsEntry("per-client", cost);
        return HoldId.parse(
                "reservationId", Objects.requireNonNull(reserved.held().reservationId()));
    }

    private Settlement settled(SettleRequest request) {
        SettlementReply reply = port().settle(request);
        assertThat(reply.error()).as("error").isNull();
        return Objects.requireNonNull(reply.settlement());
    }

    private List<LimitStatus> quota(String name) throws WireException {
        return port().quota(client(name)).limits();
    }

    /** Tokens in use by limit; what flows back takes too long to matter. */
    private static Map<String, Long> taken(List<LimitStatus> limits) {
        Map<String, Long> taken = new LinkedHashMap<>();
        limits.forEach(limit -> taken.put(limit.id(), limit.limit() - limit.remaining()));
        return taken;
    }
}
