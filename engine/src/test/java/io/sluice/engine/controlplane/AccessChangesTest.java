package io.sluice.engine.controlplane;

import static io.sluice.engine.controlplane.ControlPlaneFixture.refusal;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.RulesResult.Accepted;
import io.sluice.engine.controlplane.RulesResult.Refusal;
import io.sluice.engine.ruleset.AccessEntries;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Access entries in the control plane. A document's text is {@code SECONDS COUNT}: a deny of so many ranges. */
final class AccessChangesTest {
    private final MapControlPlaneStore store = new MapControlPlaneStore();
    private final List<RulesEvent> events = new ArrayList<>();
    private RulesLedger ledger = ledger(store, AccessState.EMPTY);
    private int commands;

    private static RulesLedger ledger(ControlPlaneStore store, AccessState published) {
        return new RulesLedger(
                store, AccessChangesTest::read, new RulesLedger.Policy(/* approvalRequired= */ true, 0, published));
    }

    private static DocumentReader.Read read(String text) {
        String[] parts = text.split(" ", -1);
        return parts.length == 2
                ? DocumentReader.Read.of(tree(
                        "access",
                        "deny",
                        "attributes",
                        tree("ip", tree("cidr", Collections.nCopies(Integer.parseInt(parts[1]), "10.0.0.0/8"))),
                        "for",
                        parts[0] + "s"))
                : DocumentReader.Read.unreadable("", "not valid JSON");
    }

    private RulesResult run(RulesStep step, long atMillis) {
        RulesResult result = ledger.decide(step, atMillis);
        if (result instanceof Accepted accepted) {
            ledger.apply(accepted.event());
            events.add(accepted.event());
        }
        return result;
    }

    private RulesResult add(String document, long atMillis) {
        return run(
                new RulesStep.AddAccess(
                        "c" + commands++,
                        ControlPlaneFixture.ALICE,
                        store.access().version(),
                        document),
                atMillis);
    }

    @Test
    void shouldMakeVersions_whenAddedAndRemoved() {
        // When: no second person has to agree, since entries are for emergencies
        add("60 1", 1_000);
        add("90 1", 2_000);
        RulesResult removed = run(new RulesStep.RemoveAccess(1, ControlPlaneFixture.BOB), 3_000);

        // Then
        assertThat(removed).isInstanceOf(Accepted.class);
        assertThat(store.access())
                .isEqualTo(new AccessState(
                        3,
                        List.of(new AccessEntry(2, "c1", "90 1", 92_000)),
                        List.of(new AccessState.Added(1, "c0"), new AccessState.Added(2, "c1")),
                        0));
        assertThat(store.summary().sequence()).isEqualTo(3);
        assertThat(store.summary().activeRevision()).isZero();
    }

    @Test
    void shouldAddOnce_whenTheCommandIsSentTwice() {
        RulesStep.AddAccess step = new RulesStep.AddAccess("same", ControlPlaneFixture.ALICE, 0, "60 1");
        run(step, 1_000);

        assertThat(run(step, 1_001)).isEqualTo(new RulesResult.Repeated(null));
        assertThat(store.access().entries()).hasSize(1);
    }

    @Test
    void shouldNeverAddAgain_whenTheEntryHasEndedOrWasRemoved() {
        // Given
        RulesStep.AddAccess step = new RulesStep.AddAccess("same", ControlPlaneFixture.ALICE, 0, "60 1");
        run(step, 1_000);
        run(new RulesStep.RemoveAccess(1, ControlPlaneFixture.BOB), 2_000);

        // When / Then: remembered at first, then too old
        long hours = 3_600_000L;
        for (int i = 0; i < AccessState.COMMANDS_MAX + 5; i++) {
            RulesResult again = run(step, 3_000 + i * hours);
            if (i < AccessState.COMMANDS_MAX - 1) {
                assertThat(again).as("after %d more", i).isEqualTo(new RulesResult.Repeated(null));
            } else {
                assertThat(refusal(again)).as("after %d more", i).isEqualTo(Refusal.STALE_VERSION);
            }
            add("1 1", 3_001 + i * hours);
        }
        assertThat(store.access().added()).hasSizeLessThanOrEqualTo(AccessState.COMMANDS_MAX);
    }

    @Test
    void shouldTakeCommandsThatCrossed_whenTheirAuthorsSawTheSameVersion() {
        add("60 1", 0);
        for (String command : List.of("one", "two")) {
            assertThat(run(new RulesStep.AddAccess(command, ControlPlaneFixture.ALICE, 1, "60 1"), 1))
                    .isInstanceOf(Accepted.class);
        }
        assertThat(refusal(run(new RulesStep.AddAccess("later", ControlPlaneFixture.ALICE, 4, "60 1"), 2)))
                .as("a version that is yet to come would count for ever")
                .isEqualTo(Refusal.STALE_VERSION);
    }

    @Test
    void shouldForgetEntries_whenTheyHaveBeenOverForLong() {
        add("1 1", 0);
        add("1 1", 1_000 + AccessChanges.KEPT_AFTER_MILLIS - 1);
        assertThat(store.access().entries()).hasSize(2);

        add("1 1", 1_000 + AccessChanges.KEPT_AFTER_MILLIS);
        assertThat(store.access().entries()).extracting(AccessEntry::id).containsExactly(2L, 3L);
    }

    @Test
    void shouldRefuse_whenInvalidUnknownOrTooMany() {
        assertThat(refusal(add("nonsense", 0))).isEqualTo(Refusal.INVALID_ENTRY);
        assertThat(refusal(add("0 1", 0))).isEqualTo(Refusal.INVALID_ENTRY);
        assertThat(refusal(run(new RulesStep.RemoveAccess(1, ControlPlaneFixture.BOB), 0)))
                .isEqualTo(Refusal.UNKNOWN_ENTRY);
        add("60 " + (AccessEntries.COMPARISONS_MAX - 1), 0);
        add("60 1", 0);
        assertThat(refusal(add("60 1", 0))).isEqualTo(Refusal.TOO_MANY_ENTRIES);
        assertThat(store.access().version()).isEqualTo(2);
    }

    @Test
    void shouldHoldTheSame_whenItsEventsAreAppliedAgain() {
        // Given
        for (int i = 0; i < 50; i++) {
            add(1 + i % 7 + " 1", i * 100_000L);
            run(new RulesStep.RemoveAccess(Math.max(1, i - 3), ControlPlaneFixture.BOB), i * 100_000L + 1);
        }

        // When
        MapControlPlaneStore replayed = new MapControlPlaneStore();
        RulesLedger again = ledger(replayed, AccessState.EMPTY);
        events.forEach(again::apply);

        // Then
        assertThat(replayed.toString()).isEqualTo(store.toString());
    }

    @Test
    void shouldGoOnFromWhatWasPublished_whenTheStateWasLost() {
        // Given
        AccessState published = new AccessState(7, List.of(new AccessEntry(5, "", "60 1", 60_000)));
        ledger = ledger(store, published);

        // When
        RulesResult old = run(new RulesStep.AddAccess("old", ControlPlaneFixture.ALICE, 6, "60 1"), 1_000);
        RulesResult recent = run(new RulesStep.AddAccess("recent", ControlPlaneFixture.ALICE, 7, "60 1"), 1_000);

        // Then
        assertThat(refusal(old)).as("nobody knows whether it counted").isEqualTo(Refusal.STALE_VERSION);
        assertThat(recent).isInstanceOf(Accepted.class);
        assertThat(store.access().version()).isEqualTo(8);
        assertThat(store.access().entries()).extracting(AccessEntry::id).containsExactly(5L, 8L);
    }
}
