package io.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class QuotaStreamTest {
    private static final Map<String, String> ALICE = Map.of("user_id", "alice");
    private static final QuotaConfig CONFIG = QuotaConfig.standard().with(new QuotaConfig.Bounds(3, 2, 2, 40, 30_000));

    private final BucketRoom room = new BucketRoom(CONFIG.bounds().bucketsMax());
    private final QuotaStream stream =
            new QuotaStream(CONFIG, QuotaStreamTest::request, room, new QuotaMeters(), /* nowNanos= */ 0);
    private QuotaEffects effects = new QuotaEffects();

    private static AdmissionRequest request(String domain, Map<String, String> bucketId) throws WireException {
        return AdmissionRequest.of(bucketId.get("user_id")).build();
    }

    private static long nanos(long millis) {
        return millis * 1_000_000;
    }

    private void report(Map<String, String> id, long allowed, long denied, long millis) {
        effects = new QuotaEffects();
        List<BucketUsage> usages = List.of(new BucketUsage(id, allowed, denied, 0));
        assertThat(stream.reported("edge", usages, nanos(millis), effects)).isTrue();
    }

    private QuotaEffects.AskLease asked() {
        return (QuotaEffects.AskLease) effects.asks().get(0);
    }

    private void lent(QuotaEffects.AskLease ask, long offset, long tokens, long ttlMillis, long millis) {
        lent(ask, new DecisionId(0, offset), tokens, ttlMillis, millis);
    }

    private void lent(QuotaEffects.AskLease ask, DecisionId id, long tokens, long ttlMillis, long millis) {
        effects = new QuotaEffects();
        VerdictDetails details = VerdictDetails.of(tokens > 0 ? VerdictCode.ALLOW : VerdictCode.DENY)
                .build();
        LeaseReply reply = new LeaseReply("c", id.text(), tokens, ttlMillis, details);
        stream.leased(ask, new Answer.Answered<>(reply), nanos(millis), effects);
    }

    private void refused(QuotaEffects.AskLease ask, String reason, long millis) {
        effects = new QuotaEffects();
        VerdictDetails details =
                VerdictDetails.of(VerdictCode.DENY).reasonCode(reason).build();
        stream.leased(ask, new Answer.Answered<>(new LeaseReply("c", "0-1", 0, 0, details)), nanos(millis), effects);
    }

    private List<Assignment> taken(long millis) {
        return stream.take(100, nanos(millis), effects);
    }

    @Test
    void shouldAskForALease_whenABucketIsReportedForTheFirstTime() {
        // When
        report(ALICE, 0, 1, 0);

        // Then
        LeaseRequest request = asked().request();
        assertThat(request.clientId().text()).isEqualTo("alice");
        assertThat(request.admission().cost() + request.prefetchTokens()).isEqualTo(CONFIG.firstTokens());
        assertThat(request.ttlMillis()).isEqualTo(10_000);
        assertThat(taken(0)).isEmpty();
    }

    @Test
    void shouldAskForNothing_whenABucketHasNoRequests() {
        // When
        report(ALICE, 0, 0, 0);
        stream.tick(nanos(5_000), effects);

        // Then
        assertThat(effects.asks()).isEmpty();
    }

    @Test
    void shouldAssignTheTokensForSevenEighthsOfTheTime_whenTheLedgerLends() {
        // Given
        report(ALICE, 0, 1, 0);

        // When
        lent(asked(), 5, 20, 10_000, 100);

        // Then
        assertThat(taken(100)).containsExactly(new Assignment.Spend(ALICE, 20, 8));
        assertThat(effects.reports()).isEmpty();
    }

    @Test
    void shouldGiveTheLeaseBack_whenEnvoyIsNotReadyForItBeforeItEnds() {
        // Given
        report(ALICE, 0, 1, 0);
        lent(asked(), 5, 20, 10_000, 100);

        // When: less than a whole second is left.
        List<Assignment> assignments = taken(7_800);

        // Then
        assertThat(assignments).isEmpty();
        assertThat(effects.reports()).extracting(LeaseReport::spentTokens).containsExactly(0L);
    }

    @Test
    void shouldGiveTheLeaseBackAndAskAgain_whenEnvoyReadsNothing() {
        // Given
        report(ALICE, 0, 1, 0);
        lent(asked(), 5, 20, 10_000, 100);
        report(ALICE, 0, 1, 5_000);

        // When: nobody takes messages, since Envoy is not ready for any
        effects = new QuotaEffects();
        stream.tick(nanos(7_700), effects);
        int early = effects.reports().size();
        stream.tick(nanos(7_800), effects);

        // Then
        assertThat(early).isZero();
        assertThat(effects.reports()).extracting(LeaseReport::spentTokens).containsExactly(0L);
        assertThat(effects.asks()).hasSize(1);
    }

    @Test
    void shouldGiveTheLeaseBack_whenItsWindowEndsWithinASecond() {
        // Given
        report(ALICE, 0, 1, 0);

        // When
        lent(asked(), 5, 20, 900, 10);

        // Then
        assertThat(taken(10)).isEmpty();
        assertThat(effects.reports()).extracting(LeaseReport::spentTokens).containsExactly(0L);
        assertThat(effects.asks()).as("until the next window").isEmpty();
    }

    @Test
    void shouldReportAllAsSpent_whenTheStreamEnds() {
        // Given
        report(ALICE, 0, 1, 0);
        lent(asked(), 5, 20, 10_000, 100);
        taken(100);
        report(ALICE, 3, 0, 5_000);

        // When
        effects = new QuotaEffects();
        stream.close(effects);

        // Then
        LeaseReport report = effects.reports().get(0);
        assertThat(List.of(report.spentTokens(), report.allowed(), report.denied()))
                .containsExactly(20L, 3L, 1L);
        assertThat(room.taken()).isZero();
    }

    @Test
    void shouldGiveTheLeaseBack_whenItComesAfterTheStreamHasEnded() {
        // Given
        report(ALICE, 0, 1, 0);
        QuotaEffects.AskLease ask = asked();
        stream.close(effects);

        // When
        lent(ask, 5, 20, 10_000, 100);

        // Then
        assertThat(effects.reports()).extracting(LeaseReport::spentTokens).containsExactly(0L);
        assertThat(taken(100)).isEmpty();
    }

    @Test
    void shouldDenyAtOnceAndAskAgain_whenTheAccountChanges() {
        // Given
        report(ALICE, 0, 1, 0);
        lent(asked(), 5, 20, 10_000, 100);
        taken(100);

        // When
        effects = new QuotaEffects();
        stream.revoked(new Revocation(0, 6, "alice"), nanos(200), effects);

        // Then
        assertThat(taken(200)).containsExactly(new Assignment.Deny(ALICE, 60));
        assertThat(effects.asks()).hasSize(1);
        assertThat(effects.reports()).extracting(LeaseReport::spentTokens).containsExactly(20L);
    }

    @Test
    void shouldKeepTheTokens_whenAnotherAccountOrAnotherPartitionChanges() {
        // Given
        report(ALICE, 0, 1, 0);
        lent(asked(), 5, 20, 10_000, 100);
        taken(100);

        // When
        effects = new QuotaEffects();
        stream.revoked(new Revocation(0, 6, "bob"), nanos(200), effects);
        stream.revoked(new Revocation(1, 600, null), nanos(200), effects);
        stream.revoked(new Revocation(0, 5, null), nanos(200), effects);

        // Then
        assertThat(taken(200)).isEmpty();
        assertThat(effects.reports()).isEmpty();
    }

    @Test
    void shouldNotAssignIt_whenTheLeaseWasRevokedOnItsWay() {
        // Given
        report(ALICE, 0, 1, 0);
        QuotaEffects.AskLease ask = asked();
        stream.revoked(new Revocation(0, 6, null), nanos(50), effects);

        // When
        lent(ask, 5, 20, 10_000, 100);

        // Then
        assertThat(taken(100)).isEmpty();
        assertThat(effects.reports()).extracting(LeaseReport::spentTokens).containsExactly(0L);
        stream.tick(nanos(500), effects);
        assertThat(effects.asks()).as("a new one, after a pause").hasSize(1);
    }

    @Test
    void shouldAssignIt_whenTheBucketIsOfAnotherPartitionSinceItsAccountChanged() {
        // Given: a rule of the mapping that names another client from now on
        report(ALICE, 0, 1, 0);
        lent(asked(), 5, 20, 10_000, 100);
        taken(100);
        effects = new QuotaEffects();
        stream.revoked(new Revocation(0, 6_000, "alice"), nanos(200), effects);

        // When
        lent(asked(), new DecisionId(1, 7), 20, 10_000, 300);

        // Then
        assertThat(taken(300)).contains(new Assignment.Spend(ALICE, 20, 8));
    }

    @Test
    void shouldDeny_whenTheClientIsOnADenyList() {
        // Given
        report(ALICE, 0, 1, 0);

        // When
        refused(asked(), "deny-listed", 100);

        // Then
        assertThat(taken(100)).containsExactly(new Assignment.Deny(ALICE, 60));
        assertThat(effects.asks()).isEmpty();
    }

    @Test
    void shouldAdmitAndAssign_whenTheLedgerDoesNotLend() throws WireException {
        // Given
        report(ALICE, 0, 1, 0);
        refused(asked(), "not-leasable", 100);
        QuotaEffects.AskAdmission ask =
                (QuotaEffects.AskAdmission) effects.asks().get(0);
        assertThat(ask.request().cost()).isEqualTo(2);

        // When
        effects = new QuotaEffects();
        stream.admitted(ask, admitted(HoldNames.NOTHING), nanos(200), effects);

        // Then
        assertThat(taken(200)).containsExactly(new Assignment.Spend(ALICE, 2, 2));
        assertThat(effects.reports()).isEmpty();
    }

    @Test
    void shouldReleaseAndDeny_whenALimitCountsWhatIsInFlight() throws WireException {
        // Given
        report(ALICE, 0, 1, 0);
        refused(asked(), "not-leasable", 100);
        QuotaEffects.AskAdmission ask =
                (QuotaEffects.AskAdmission) effects.asks().get(0);

        // When
        effects = new QuotaEffects();
        stream.admitted(ask, admitted(new HoldNames(null, 0, "0-7")), nanos(200), effects);

        // Then
        assertThat(effects.releases()).extracting(QuotaEffects.Release::id).containsExactly(new DecisionId(0, 7));
        assertThat(taken(200)).containsExactly(new Assignment.Deny(ALICE, 60));
    }

    private static Answer<AdmissionVerdict> admitted(HoldNames held) {
        VerdictDetails details = VerdictDetails.of(VerdictCode.ALLOW).held(held).build();
        return new Answer.Answered<>(new AdmissionVerdict.Recorded(new Verdict("c", "0-7", null, details, null)));
    }

    @Test
    void shouldSayNothing_whenTheLedgerDoesNotAnswer() {
        // Given
        report(ALICE, 0, 1, 0);
        QuotaEffects.AskLease ask = asked();

        // When
        effects = new QuotaEffects();
        stream.leased(ask, new Answer.Degraded<>(true, "a failure policy pays for nothing"), nanos(2_000), effects);

        // Then
        assertThat(taken(2_000)).isEmpty();
        assertThat(effects.asks()).isEmpty();
    }

    @Test
    void shouldAbandonTheBucket_whenItsRequestsStop() {
        // Given
        report(ALICE, 0, 1, 0);
        lent(asked(), 5, 20, 10_000, 100);
        taken(100);
        report(ALICE, 0, 0, 5_000);
        report(ALICE, 0, 0, 10_000);

        // When
        stream.tick(nanos(10_100), effects);

        // Then
        assertThat(taken(10_100)).containsExactly(new Assignment.Abandon(ALICE));
        assertThat(room.taken()).isZero();
    }

    @Test
    void shouldIgnoreBuckets_whenThereIsNoRoomOrTheyAreTooLong() {
        // Given
        Map<String, String> tooMany = new HashMap<>(Map.of("a", "1", "b", "2", "c", "3"));

        // When
        report(Map.of("user_id", "x".repeat(40)), 0, 1, 0);
        int tooLong = effects.asks().size();
        report(tooMany, 0, 1, 0);
        int entries = effects.asks().size();
        report(Map.of(), 0, 1, 0);
        int empty = effects.asks().size();
        report(Map.of("user_id", "a"), 0, 1, 0);
        report(Map.of("user_id", "b"), 0, 1, 0);
        report(Map.of("user_id", "c"), 0, 1, 0);

        // Then
        assertThat(List.of(tooLong, entries, empty, effects.asks().size())).containsExactly(0, 0, 0, 0);
        assertThat(room.taken()).isEqualTo(2);
    }

    @Test
    void shouldRefuseTheStream_whenItsFirstReportHasNoDomain() {
        assertThat(stream.reported("", List.of(), 0, effects)).isFalse();
        assertThat(stream.reported("edge", List.of(), 0, effects)).isTrue();
        assertThat(stream.reported("", List.of(), 0, effects)).isTrue();
    }

    @Test
    void shouldBeSilent_whenNoReportCameForTooLong() {
        assertThat(stream.isSilent(nanos(30_000))).isFalse();
        assertThat(stream.isSilent(nanos(30_001))).isTrue();
    }
}
