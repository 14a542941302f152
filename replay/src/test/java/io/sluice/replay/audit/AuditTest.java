package io.sluice.replay.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.report.AuditReport;
import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.RunWindow;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.LedgerVersionRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditTest {
    private static final long SEED = 7;
    private static final int REQUESTS = 700;

    @TempDir
    Path directory;

    private Runs runs;
    private ListLog log;

    @BeforeEach
    void serve() throws Exception {
        runs = new Runs(directory);
        log = TrafficLog.of(SEED, REQUESTS);
        runs.serve(log);
    }

    private AuditResult audit() throws Exception {
        return runs.audit(log, RunWindow.ALL);
    }

    private static LoggedRecord changed(LoggedRecord record, String from, String to) {
        String text = new String(record.value(), StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        return new LoggedRecord(
                record.offset(),
                record.timestampMillis(),
                record.key(),
                text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    /** A decision on an admission, somewhere in the middle. */
    private int someDecision(List<LoggedRecord> decisions) {
        for (int i = decisions.size() / 2; i < decisions.size(); i++) {
            if (new String(decisions.get(i).value(), StandardCharsets.UTF_8).contains("\"tier\":\"free\"")) {
                return i;
            }
        }
        throw new AssertionError("no decision of tier free after seed " + SEED);
    }

    @Test
    void shouldRederiveEveryDecision_whenTheAppMadeNoMistake() throws Exception {
        // When
        AuditResult audit = audit();

        // Then
        assertThat(audit.listed()).as("seed %s", SEED).isEmpty();
        assertThat(audit.isProof()).isTrue();
        assertThat(audit.matched()).isEqualTo(audit.derived()).isGreaterThan(REQUESTS);
        assertThat(audit.counters().refused()).containsKey("malformed");
        assertThat(AuditReport.text(audit)).last().asString().endsWith(" decisions re-derived, 0 differences");
    }

    @Test
    void shouldLeaveNothingBehind_whenItEnds() throws Exception {
        // When
        audit();

        // Then
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("sluice"));
        }
    }

    @Test
    void shouldNameTheMember_whenADecisionIsFalsified() throws Exception {
        // Given
        List<LoggedRecord> decisions = log.decisions.get(1);
        int place = someDecision(decisions);
        decisions.set(place, changed(decisions.get(place), "\"tier\":\"free\"", "\"tier\":\"gold\""));

        // When
        AuditResult audit = audit();

        // Then
        assertThat(audit.differences()).isEqualTo(1);
        assertThat(audit.matched()).isEqualTo(audit.derived() - 1);
        Difference found = audit.listed().get(0);
        assertThat(found.kind()).isEqualTo(Difference.Kind.CHANGED);
        assertThat(found.name()).startsWith("1-");
        assertThat(found.details()).containsExactly("tier: \"gold\" (derived: \"free\")");
    }

    @Test
    void shouldCountAsEqual_whenOnlyTheOrderOfMembersDiffers() throws Exception {
        // Given
        List<LoggedRecord> decisions = log.decisions.get(0);
        int place = someDecision(decisions);
        decisions.set(place, changed(decisions.get(place), "{\"v\":1,", "{ \"v\":1, "));

        // When, Then
        assertThat(audit().isProof()).isTrue();
    }

    @Test
    void shouldFindIt_whenADecisionIsMissingTwiceOrUnreadable() throws Exception {
        // Given
        List<LoggedRecord> decisions = log.decisions.get(2);
        int place = someDecision(decisions);
        decisions.remove(place);
        decisions.add(decisions.get(3));
        log.record(2, new byte[] {'{'});

        // When
        AuditResult audit = audit();

        // Then
        assertThat(audit.listed())
                .extracting(Difference::kind)
                .containsExactlyInAnyOrder(
                        Difference.Kind.MISSING, Difference.Kind.UNFOUNDED, Difference.Kind.UNREADABLE);
    }

    @Test
    void shouldProveNothing_whenTheLastDecisionsAreNotThereYet() throws Exception {
        // Given: the log of a cluster that runs
        List<LoggedRecord> decisions = log.decisions.get(0);
        decisions.subList(decisions.size() - 3, decisions.size()).clear();

        // When
        AuditResult audit = audit();

        // Then
        assertThat(audit.listed()).as("seed %s", SEED).isEmpty();
        assertThat(audit.partitions().get(0).notCompared()).isEqualTo(3);
        assertThat(audit.isProof()).isFalse();
    }

    @Test
    void shouldAgree_whenExpiriesWereNoticedEarlier() throws Exception {
        // Given: the clean-up of the app may have recorded them at any time
        for (List<LoggedRecord> decisions : log.decisions) {
            List<LoggedRecord> expired = decisions.stream()
                    .filter(record -> new String(record.value(), StandardCharsets.UTF_8).contains("\"expired\""))
                    .toList();
            assertThat(expired).as("seed %s", SEED).isNotEmpty();
            decisions.removeAll(expired);
            decisions.addAll(decisions.size() / 3, expired);
        }

        // When, Then
        assertThat(audit().listed()).isEmpty();
    }

    @Test
    void shouldDeriveTheWindow_whenItBeginsInTheMiddle() throws Exception {
        // Given
        RunWindow window = new RunWindow(new LogPoint.AtOffset(40), new LogPoint.AtOffset(90), false);

        // When
        AuditResult audit = runs.audit(log, window);

        // Then
        assertThat(audit.differences()).isZero();
        assertThat(audit.facts()).allSatisfy(facts -> {
            assertThat(facts.before()).isEqualTo(40);
            assertThat(facts.records()).isEqualTo(50);
            assertThat(facts.start()).isEqualTo(PartitionFacts.Start.EXACT);
        });
    }

    @Test
    void shouldSayWhatIsUnknown_whenRetentionCutTheHead() throws Exception {
        // When
        AuditResult audit = runs.audit(log.cutTo(60), RunWindow.ALL);

        // Then
        assertThat(audit.differences()).isPositive();
        assertThat(audit.facts()).allSatisfy(facts -> {
            assertThat(facts.start()).isEqualTo(PartitionFacts.Start.CUT);
            assertThat(facts.withoutRules()).isPositive();
        });
        assertThat(String.join("\n", AuditReport.text(audit)))
                .contains("retention has cut what came before")
                .contains("came before any ruleset in this log")
                .contains("prove nothing");
        assertThat(audit.contradictions()).isZero();
        assertThat(audit.isProof()).isFalse();
    }

    @Test
    void shouldTakeTheRulesOfThatTime_whenRetentionCutTheHeadAndTheyWerePublished() throws Exception {
        // Given: revision 2 came into force half-way
        long differences = runs.audit(log.cutTo(60), RunWindow.ALL).differences();
        long beginMillis = log.requests.get(0).get(0).timestampMillis();
        log.publish(beginMillis - 60_000, 1, TrafficLog.limits(6));
        log.published.add(new LoggedRecord(1, beginMillis - 60_000, new byte[0], new byte[] {'{'}));
        log.publish(log.requests.get(0).get(130).timestampMillis(), 2, TrafficLog.limits(5));

        // When
        AuditResult audit = runs.audit(log.cutTo(60), RunWindow.ALL);

        // Then: only what the state leads to may differ
        assertThat(audit.facts()).allSatisfy(facts -> {
            assertThat(facts.withoutRules()).isZero();
            assertThat(facts.startRules().revision()).isEqualTo(1);
            assertThat(facts.startRules().isUncertain()).isFalse();
        });
        assertThat(audit.differences()).as("seed %s", SEED).isLessThan(differences / 2);
        assertThat(audit.contradictions()).isZero();
        assertThat(String.join("\n", AuditReport.text(audit)))
                .contains("rules at the beginning, partitions 0, 1, 2: revision 1")
                .doesNotContain("came before any ruleset in this log");
    }

    @Test
    void shouldSayThatItIsUncertain_whenRulesWerePublishedJustBefore() throws Exception {
        // Given
        log.publish(log.requests.get(0).get(60).timestampMillis() - 1_000, 1, TrafficLog.limits(6));

        // When
        AuditResult audit = runs.audit(log.cutTo(60), RunWindow.ALL);

        // Then
        assertThat(audit.facts().get(0).startRules().isUncertain()).isTrue();
        assertThat(String.join("\n", AuditReport.text(audit))).contains("less than 10 s before");
    }

    @Test
    void shouldProveNothing_whenNothingIsThere() throws Exception {
        // Given
        RunWindow later = new RunWindow(new LogPoint.AtOffset(1_000_000), null, false);

        // When, Then
        assertThat(runs.audit(log, later).isProof()).isFalse();
        assertThat(runs.audit(new ListLog(3), RunWindow.ALL).isProof()).isFalse();
    }

    @Test
    void shouldContradictTheLog_whenARecordIsUnreadableWhateverTheStateWas() throws Exception {
        // Given
        log.record(2, new byte[] {'{'});

        // When, Then
        assertThat(runs.audit(log.cutTo(60), RunWindow.ALL).contradictions()).isEqualTo(1);
    }

    @Test
    void shouldNameThePlace_whenTheLogNeedsANewerSluice() {
        // Given
        String version = LedgerVersionCodec.encode(new LedgerVersionRecord(9, "alice", "after the upgrade"));
        byte[] record = RequestCodec.encode(TestKeys.COMMANDS.sign(SignedKind.LEDGER_VERSION, version));
        long offset = log.requests.get(1).size();
        log.add(1, log.requests.get(1).get(0).timestampMillis(), "ledger".getBytes(StandardCharsets.UTF_8), record);

        // When, Then
        assertThatThrownBy(this::audit)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("cannot be run from 1-" + offset + " on")
                .hasMessageContaining("ledger version 9");
    }
}
