package io.sluice.streams.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.alert.BurnRateAlert;
import io.sluice.schemas.alert.SpikeAlert;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions in, usage out: minutes, hours and days, and what their bounds fold. */
final class UsageTopologyTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    @TempDir
    Path stateDir;

    private UsageFixture usage;

    @BeforeEach
    void open() {
        usage = new UsageFixture(stateDir, UsageBounds.standard());
    }

    @AfterEach
    void close() {
        usage.close();
    }

    @Test
    void shouldWriteTheMinute_whenTheNextOneBegins() throws Exception {
        // Given
        usage.at(5_000);
        usage.decide(UsageFixture.decision("acme/a", 3, true));
        usage.decide(UsageFixture.decision("acme/b", 4, true));
        usage.decide(UsageFixture.decision("acme/b", 9, false));
        assertThat(usage.written()).isEmpty();

        // When
        usage.at(MINUTE);
        usage.decide(UsageFixture.decision("other", 1, true));

        // Then
        assertThat(usage.written()).singleElement().satisfies(record -> {
            assertThat(record.account()).isEqualTo("acme");
            assertThat(record.distinctClients()).isEqualTo(2);
            assertThat(record.rows())
                    .containsExactlyInAnyOrder(
                            new UsageRow("free", "/v1/{id}", "", UsageOutcome.ALLOWED, 2, 7, 7),
                            new UsageRow("free", "/v1/{id}", "per-client", UsageOutcome.ALLOWED, 2, 7, 7),
                            new UsageRow("free", "/v1/{id}", "", UsageOutcome.DENIED, 1, 9, 0),
                            new UsageRow("free", "/v1/{id}", "per-client", UsageOutcome.DENIED, 1, 9, 0));
        });
    }

    @Test
    void shouldWriteTheOpenMinute_whenNothingIsDecidedForAWhile() throws Exception {
        // Given
        usage.decide(UsageFixture.decision("acme", 1, true));

        // When
        usage.silence(Duration.ofSeconds(10));
        assertThat(usage.written()).isEmpty();
        usage.silence(Duration.ofSeconds(10));

        // Then
        assertThat(usage.requests(UsageWindow.MINUTE, 0, "acme")).isEqualTo(Map.of("allowed", 1L));
        usage.silence(Duration.ofSeconds(60));
        assertThat(usage.written()).as("nothing new").isEmpty();
        usage.decide(UsageFixture.decision("acme", 1, true));
        usage.at(MINUTE);
        usage.decide(UsageFixture.decision("acme", 1, true));
        assertThat(usage.requests(UsageWindow.MINUTE, 0, "acme")).isEqualTo(Map.of("allowed", 2L));
    }

    @Test
    void shouldFoldMinutes_whenHourAndDayEnd() throws Exception {
        // Given
        for (long at : List.of(0L, 7 * MINUTE, 59 * MINUTE, HOUR, 5 * HOUR)) {
            usage.at(at);
            usage.decide(UsageFixture.decision("acme/" + at, 2, true));
        }

        // When
        usage.at(DAY + HOUR);
        usage.decide(UsageFixture.decision("acme", 2, false));

        // Then
        assertThat(usage.requests(UsageWindow.HOUR, 0, "acme")).isEqualTo(Map.of("allowed", 3L));
        assertThat(usage.requests(UsageWindow.HOUR, HOUR, "acme")).isEqualTo(Map.of("allowed", 1L));
        assertThat(usage.requests(UsageWindow.DAY, 0, "acme")).isEqualTo(Map.of("allowed", 5L));
        assertThat(usage.requests(UsageWindow.DAY, DAY, "acme")).as("open").isEmpty();
    }

    @Test
    void shouldCountInTheOpenMinute_whenARecordIsLate() throws Exception {
        // Given
        usage.at(3 * MINUTE);
        usage.decide(UsageFixture.decision("acme", 1, true));

        // When
        usage.at(MINUTE);
        usage.decide(UsageFixture.decision("acme", 1, true));
        usage.at(4 * MINUTE);
        usage.decide(UsageFixture.decision("acme", 1, true));

        // Then
        assertThat(usage.requests(UsageWindow.MINUTE, 3 * MINUTE, "acme")).isEqualTo(Map.of("allowed", 2L));
        assertThat(usage.counter("sluice.usage.records.late")).isEqualTo(1);
    }

    @Test
    void shouldSkipAndCount_whenARecordCannotBeRead() throws Exception {
        // Given
        Decision decision = UsageFixture.decision("acme", 1, true);
        String text = new String(DecisionCodec.encode(decision), StandardCharsets.UTF_8);

        // When
        usage.pipe("nonsense".getBytes(StandardCharsets.UTF_8));
        usage.pipe(null);
        usage.pipe(text.replace("\"v\":1", "\"v\":2").getBytes(StandardCharsets.UTF_8));
        usage.pipe("{\"v\":1,\"type\":\"of-tomorrow\",\"account\":\"acme\"}".getBytes(StandardCharsets.UTF_8));
        usage.pipe("{\"v\":1}".getBytes(StandardCharsets.UTF_8));
        usage.decide(decision);
        usage.at(MINUTE);
        usage.decide(decision);

        // Then
        assertThat(usage.requests(UsageWindow.MINUTE, 0, "acme")).isEqualTo(Map.of("allowed", 1L));
        assertThat(usage.counter("sluice.usage.records.skipped", "cause", "version"))
                .isEqualTo(2);
        assertThat(usage.counter("sluice.usage.records.skipped", "cause", "malformed"))
                .isEqualTo(3);
        assertThat(usage.counter("sluice.usage.records.skipped", "cause", "failed"))
                .isZero();
    }

    @Test
    void shouldCountUnderOther_whenBoundsAreReached() throws Exception {
        // Given
        usage.close();
        usage = new UsageFixture(
                stateDir.resolve("small"), UsageBounds.standard().with(2, 8));

        // When
        for (int i = 0; i < 20; i++) {
            usage.decide(UsageFixture.decision("account-" + i, 1, i % 2 == 0));
            usage.decide(UsageFixture.decision(AdmissionRequest.of("account-0").cost(1), true, "tier-" + i));
        }
        usage.at(HOUR);
        usage.decide(UsageFixture.decision("acme", 1, true));

        // Then
        assertThat(usage.requests(UsageWindow.MINUTE, 0, "")).isEqualTo(Map.of("allowed", 9L, "denied", 9L));
        assertThat(usage.requests(UsageWindow.HOUR, 0, "account-0")).isEqualTo(Map.of("allowed", 21L));
        assertThat(usage.rows(UsageWindow.MINUTE, 0, "account-0")).hasSizeLessThanOrEqualTo(10);
        assertThat(usage.counter("sluice.usage.folded", "bound", "accounts")).isEqualTo(18);
        assertThat(usage.counter("sluice.usage.folded", "bound", "rows")).isPositive();
    }

    @Test
    void shouldCountLeasedTraffic_whenAFrontEndReports() throws Exception {
        // Given
        AdmissionRequest nothing = AdmissionRequest.of("acme/a").cost(0).build();
        Decision granted = UsageFixture.decision(AdmissionRequest.of("acme/a").cost(100), true, "free");
        DecisionId leaseId = new DecisionId(0, 7);

        // When
        usage.decide(new LeaseRecord(
                leaseId.text(), LeaseRequest.checked(nothing, 100, 1_000), 100, 100, granted.details()));
        usage.decide(report("0-8", LeaseReport.checked(nothing, leaseId, 60, 50, 4), 100, -40));
        usage.decide(report("0-9", LeaseReport.checked(nothing, null, 0, 0, 30), 0, 0));
        usage.at(MINUTE);
        usage.decide(UsageFixture.decision("other", 1, true));

        // Then
        assertThat(usage.rows(UsageWindow.MINUTE, 0, "acme"))
                .containsExactlyInAnyOrder(
                        new UsageRow("free", "/v1/{id}", "", UsageOutcome.ALLOWED, 50, 60, 60),
                        new UsageRow("free", "/v1/{id}", "", UsageOutcome.DENIED, 34, 0, 0),
                        new UsageRow("free", "/v1/{id}", "per-client", UsageOutcome.ALLOWED, 50, 60, 60));
        assertThat(usage.counter("sluice.usage.requests", "verdict", "allow")).isEqualTo(51);
        assertThat(usage.counter("sluice.usage.requests", "verdict", "deny")).isEqualTo(34);
        assertThat(usage.counter("sluice.usage.charged") - usage.counter("sluice.usage.returned"))
                .isEqualTo(61);
    }

    private static LeaseReportRecord report(String id, LeaseReport told, long granted, long charged) {
        DecisionId leaseId = told.leaseId();
        return new LeaseReportRecord(
                        id,
                        leaseId == null ? LeaseReportRecord.Outcome.NONE : LeaseReportRecord.Outcome.RETURNED,
                        told.clientId(),
                        leaseId == null ? null : leaseId.text(),
                        granted,
                        told.spentTokens(),
                        charged,
                        UsageFixture.MIDNIGHT,
                        1,
                        told)
                .with(new LeaseReportRecord.Traffic(
                        "free", "/v1/{id}", leaseId == null ? List.of() : List.of("per-client")));
    }

    @Test
    void shouldGiveTokensBackWhereTheyWereCounted_whenAReservationEnds() throws Exception {
        // Given
        Decision plain =
                UsageFixture.decision(AdmissionRequest.of("acme/a").cost(10).reserveMillis(60_000), true, "pro");
        usage.decide(new Decision(
                "0-1",
                plain.request(),
                10,
                plain.details().toBuilder()
                        .held(new HoldNames("0-1", UsageFixture.MIDNIGHT + 60_000, null))
                        .build()));

        // When
        usage.at(MINUTE);
        usage.decide(new SettlementRecord("0-2", settlement(plain)));
        usage.at(2 * MINUTE);
        usage.decide(UsageFixture.decision("other", 1, true));

        // Then
        assertThat(usage.rows(UsageWindow.MINUTE, 0, "acme"))
                .contains(new UsageRow("pro", "/v1/{id}", "", UsageOutcome.ALLOWED, 1, 10, 10));
        assertThat(usage.rows(UsageWindow.MINUTE, MINUTE, "acme"))
                .containsExactlyInAnyOrder(
                        new UsageRow("pro", "/v1/{id}", "", UsageOutcome.ALLOWED, 0, 0, -7),
                        new UsageRow("pro", "/v1/{id}", "per-client", UsageOutcome.ALLOWED, 0, 0, -7));
    }

    private static Settlement settlement(Decision reserved) throws WireException {
        return new Settlement(
                Settlement.Outcome.COMMITTED,
                reserved.request().clientId(),
                "0-1",
                /* slots= */ false,
                10,
                3,
                /* uncharged= */ 0,
                UsageFixture.MIDNIGHT + MINUTE,
                1,
                /* replayed= */ false,
                reserved.details().limits());
    }

    @Test
    void shouldShowTheHeaviest_whenRequestsAreDenied() throws Exception {
        // Given
        for (int i = 0; i < 30; i++) {
            usage.decide(UsageFixture.decision("attacker", 1, false));
            usage.decide(UsageFixture.decision("noisy", 1, i % 3 == 0));
        }

        // When
        usage.at(HOUR - 1);
        usage.decide(UsageFixture.decision("acme", 1, false));

        // Then
        assertThat(usage.registry
                        .get("sluice.top.denied")
                        .tag("rank", "1")
                        .gauge()
                        .value())
                .isEqualTo(30);
        assertThat(usage.registry
                        .get("sluice.top.denied")
                        .tag("rank", "2")
                        .gauge()
                        .value())
                .isEqualTo(20);
        assertThat(usage.registry
                        .get("sluice.top.denied")
                        .tag("rank", "4")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void shouldAlertOnce_whenAnAccountMakesFarMoreRequestsThanUsual() throws Exception {
        // Given
        for (int bucket = 0; bucket < 12; bucket++) {
            usage.at(bucket * 5 * MINUTE);
            usage.decide(UsageFixture.decision("acme/a", 1, true));
        }
        usage.at(HOUR);
        for (int i = 0; i < 300; i++) {
            usage.decide(UsageFixture.decision("acme/a", 1, false));
        }
        assertThat(usage.alerts()).isEmpty();

        // When
        usage.at(HOUR + MINUTE);
        usage.decide(UsageFixture.decision("acme/a", 1, false));
        usage.at(HOUR + 2 * MINUTE);
        usage.decide(UsageFixture.decision("acme/a", 1, false));

        // Then
        long from = UsageFixture.MIDNIGHT + HOUR;
        assertThat(usage.alerts())
                .containsExactly(
                        new SpikeAlert("acme", "", from, 5 * MINUTE, 300, 300, 1, 1, 12, from + MINUTE),
                        new SpikeAlert("acme", "per-client", from, 5 * MINUTE, 300, 300, 1, 1, 12, from + MINUTE));
    }

    @Test
    void shouldSayWhenTheQuotaIsEmpty_whenAnAccountUsesItUpFarTooFast() throws Exception {
        // Given a quota of 43,200 for 30 days, of which an hour sustains 60; 20 days are left
        long left = 20 * DAY;

        // When it takes 10 a minute, which is ten times that
        long used = 0;
        for (long minute = 0; minute < 90; minute++) {
            usage.at(minute * MINUTE);
            used += 10;
            usage.decide(UsageFixture.quota("acme", 10, 43_200, 40_000 - used, left - minute * MINUTE));
        }

        // Then it is told once, when the hour has six times that: after 36 minutes
        long end = UsageFixture.MIDNIGHT + 36 * MINUTE;
        long at = end - MINUTE;
        long remaining = 40_000 - 360;
        assertThat(usage.alerts())
                .containsExactly(new BurnRateAlert(
                        "acme",
                        "monthly",
                        43_200,
                        remaining,
                        30 * DAY,
                        360,
                        50,
                        at + remaining * HOUR / 360,
                        UsageFixture.MIDNIGHT + left,
                        end));
        assertThat(usage.counter("sluice.burn.rate.alerts")).isEqualTo(1);
    }
}
