package io.sluice.engine.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds after any sequence of commands, right ones and wrong ones. */
final class RulesLedgerHistoryTest {
    private static final int HISTORIES = 150;
    private static final int COMMANDS = 400;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepItsInvariants_whenCommandsAreRandom(boolean approvalRequired) {
        // Given
        for (long seed = 0; seed < HISTORIES; seed++) {
            Random random = new Random(seed);
            ControlPlaneFixture controlPlane = new ControlPlaneFixture(approvalRequired);
            Map<Long, String> documentByRevision = new HashMap<>();
            for (int i = 0; i < COMMANDS; i++) {
                long activeBefore = controlPlane.active();
                int eventsBefore = controlPlane.events.size();
                long writesBefore = controlPlane.store.writes;

                // When
                RulesResult result = controlPlane.run(command(random, controlPlane, i));

                // Then
                String step = "seed " + seed + " step " + i;
                if (!(result instanceof RulesResult.Accepted accepted)) {
                    assertThat(controlPlane.store.writes).as(step).isEqualTo(writesBefore);
                    continue;
                }
                assertThat(accepted.event().stamp().sequence()).as(step).isEqualTo(eventsBefore + 1);
                if (accepted.event() instanceof RulesEvent.Change change) {
                    Revision revision = change.revision();
                    assertThat(revision.number()).as(step).isEqualTo(activeBefore + 1);
                    assertThat(documentByRevision.put(revision.number(), revision.document()))
                            .as(step)
                            .isNull();
                    assertThat(controlPlane.store.revision(controlPlane.active()))
                            .as(step)
                            .isEqualTo(revision);
                } else {
                    assertThat(controlPlane.active()).as(step).isEqualTo(activeBefore);
                }
                assertBounded(step, controlPlane);
            }
            assertSameWhenReplayed(seed, controlPlane);
        }
    }

    private static RulesStep command(Random random, ControlPlaneFixture controlPlane, int i) {
        Author by = new Author("p" + random.nextInt(3), "reason " + i);
        long expected = random.nextInt(8) == 0 ? random.nextInt(20) : controlPlane.active();
        long proposal = Math.max(1, controlPlane.store.summary().lastProposalId() - random.nextInt(6));
        return switch (random.nextInt(9)) {
            case 0, 1, 2, 3 -> {
                String id = random.nextInt(5) == 0 ? "c" + random.nextInt(i + 1) : "c" + i;
                String document = random.nextInt(10) == 0 ? "broken" : "burst " + (1 + random.nextInt(9));
                yield new RulesStep.Propose(id, by, expected, document);
            }
            case 4, 5 -> new RulesStep.Approve(proposal, by);
            case 6 -> new RulesStep.Reject(proposal, by);
            case 7 -> new RulesStep.Activate(proposal, expected, by);
            default -> new RulesStep.RollBack(random.nextInt((int) controlPlane.active() + 2), expected, by);
        };
    }

    private static void assertBounded(String step, ControlPlaneFixture controlPlane) {
        assertThat(controlPlane.store.proposals).as(step).hasSizeLessThanOrEqualTo(RulesLedger.PROPOSALS_MAX);
        assertThat(controlPlane.store.revisions).as(step).hasSizeLessThanOrEqualTo(RulesLedger.REVISIONS_MAX);
        List<Long> listed =
                controlPlane.store.summary().proposalIds().stream().sorted().toList();
        assertThat(listed).as(step).isEqualTo(List.copyOf(controlPlane.store.proposals.keySet()));
    }

    private static void assertSameWhenReplayed(long seed, ControlPlaneFixture controlPlane) {
        MapControlPlaneStore replayed = new MapControlPlaneStore();
        RulesLedger ledger = new RulesLedger(replayed, ControlPlaneFixture::read, new RulesLedger.Policy(false, 0));
        controlPlane.events.forEach(ledger::apply);
        assertThat(replayed.toString()).as("seed " + seed).isEqualTo(controlPlane.store.toString());
    }
}
