package io.sluice.replay.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.report.WhatIfReport;
import io.sluice.replay.run.RunWindow;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WhatIfTest {
    private static final long SEED = 11;
    private static final int REQUESTS = 1_200;
    private static final int BURST = 3;

    @TempDir
    Path directory;

    private Runs runs;
    private ListLog log;

    @BeforeEach
    void begin() throws Exception {
        runs = new Runs(directory);
        log = TrafficLog.of(SEED, REQUESTS);
        runs.serve(log);
    }

    /** The same log, as it would have been written had the candidate been proposed in place of the first ruleset. */
    private static ListLog under(ListLog log, String rules) {
        ListLog other = new ListLog(log.partitions());
        for (int partition = 0; partition < log.partitions(); partition++) {
            List<LoggedRecord> records = new ArrayList<>(log.requests.get(partition));
            LoggedRecord first = records.get(0);
            byte[] activation = RequestCodec.encode(Activations.signed(TestKeys.RULES, 1_000, rules));
            records.set(0, new LoggedRecord(first.offset(), first.timestampMillis(), first.key(), activation));
            other.requests.get(partition).addAll(records);
        }
        return other;
    }

    private static Map<String, Boolean> verdicts(ListLog served) throws Exception {
        Map<String, Boolean> verdicts = new TreeMap<>();
        for (List<LoggedRecord> decisions : served.decisions) {
            for (LoggedRecord record : decisions) {
                DecisionRecord read = DecisionCodec.read(record.value());
                if (read instanceof Decision decision) {
                    verdicts.put(decision.decisionId(), decision.details().allowed());
                }
            }
        }
        return verdicts;
    }

    @Test
    void shouldTellExactlyTheFlips_whenTheCandidateIsReallyServed() throws Exception {
        // Given: the candidate in the place of the first ruleset, at the same offset
        ListLog served = under(log, TrafficLog.limits(BURST));
        runs.serve(served);
        Map<String, Boolean> was = verdicts(log);
        Map<String, Boolean> wouldBe = verdicts(served);
        long newlyDenied = was.keySet().stream()
                .filter(id -> was.get(id) && !wouldBe.get(id))
                .count();
        long newlyAllowed = was.keySet().stream()
                .filter(id -> !was.get(id) && wouldBe.get(id))
                .count();

        // When
        Comparison told =
                runs.compare(log, RunWindow.ALL, TrafficLog.limits(BURST)).comparison();

        // Then
        Cell all = told.all();
        assertThat(newlyDenied).as("seed %s", SEED).isPositive();
        assertThat(all.newlyDenied().requests() - told.leasedFlips().requests()).isEqualTo(newlyDenied);
        assertThat(all.newlyAllowed().requests()).isEqualTo(newlyAllowed);
        assertThat(told.newlyDenied()).isNotEmpty().allSatisfy(sample -> {
            assertThat(was.get(sample.base().decisionId())).isTrue();
            assertThat(wouldBe.get(sample.base().decisionId())).isFalse();
        });
    }

    @Test
    void shouldAddUp_whenSeenByTierAccountAndLimit() throws Exception {
        // When
        Comparison told =
                runs.compare(log, RunWindow.ALL, TrafficLog.limits(BURST)).comparison();

        // Then
        long byAccount = told.accounts().stream()
                .mapToLong(account -> account.newlyDenied().requests())
                .sum();
        long byTier = told.matrix().keySet().stream()
                .map(MatrixRow::tier)
                .distinct()
                .mapToLong(tier -> told.ofTier(tier).newlyDenied().requests())
                .sum();
        assertThat(byAccount).isEqualTo(told.all().newlyDenied().requests()).isEqualTo(byTier);
        assertThat(told.matrix().keySet().stream().map(MatrixRow::cause).collect(Collectors.toSet()))
                .contains("per-client");
        assertThat(told.candidateShares().of("per-client").maxPerMille()).isGreaterThan(1_000);
        assertThat(told.accounts().get(0).longestRefusedMillis()).isNotNegative();
    }

    @Test
    void shouldTellNoFlip_whenTheCandidateIsWhatWasInForce() throws Exception {
        // Given: revision 2 came into force half-way; the window begins after it
        RunWindow window = new RunWindow(new LogPoint.AtOffset(350), null, false);

        // When
        Comparison told = runs.compare(log, window, TrafficLog.limits(5)).comparison();

        // Then
        assertThat(told.all().all().requests()).isPositive();
        assertThat(told.all().hasFlips()).isFalse();
    }

    @Test
    void shouldSayWhatItCannotTell_whenTheCandidateHasALimitOfAllAccounts() throws Exception {
        // Given: what the partition of its bucket would say is nowhere in the log
        String candidate = TrafficLog.limits(5)
                .replace(
                        "\"limits\":[",
                        "\"limits\":[{\"id\":\"all\",\"scope\":\"global\",\"rate\":{\"tokens\":9,\"per\":\"1s\"}},");

        // When
        WhatIfResult result = runs.compare(log, RunWindow.ALL, candidate, WideLimits.AS_RECORDED);

        // Then
        assertThat(result.comparison().undecided()).isPositive();
        assertThat(String.join("\n", WhatIfReport.text(result, List.of())))
                .contains("requests meet limits with scope global")
                .contains("are decided under one of the rulesets only");
        FlipBudget gate = new FlipBudget(FlipBudget.Share.parse("1%"), List.of());
        assertThat(gate.violations(result.comparison()))
                .singleElement()
                .asString()
                .contains("decided under one ruleset only");
    }

    @Test
    void shouldHoldTheCandidateToItsGate_whenOneIsGiven() throws Exception {
        // Given
        Comparison told =
                runs.compare(log, RunWindow.ALL, TrafficLog.limits(BURST)).comparison();
        FlipBudget generous =
                new FlipBudget(FlipBudget.Share.parse("90%"), List.of(FlipBudget.Protected.parse("tier=none")));
        FlipBudget strict = new FlipBudget(
                FlipBudget.Share.parse("0.1%"),
                List.of(
                        FlipBudget.Protected.parse("tier=free"),
                        FlipBudget.Protected.parse(
                                "account=" + told.accounts().get(0).account()),
                        FlipBudget.Protected.parse("allow-listed")));

        // When, Then
        assertThat(generous.violations(told)).isEmpty();
        assertThat(strict.violations(told)).hasSize(3);
        assertThat(FlipBudget.OPEN.violations(told)).isEmpty();
        assertThat(generous.violations(Comparison.NONE))
                .singleElement()
                .asString()
                .startsWith("no request was compared");
        assertThat(FlipBudget.OPEN.violations(Comparison.NONE)).isEmpty();
    }
}
