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
            ControlPlaneFixture book = new ControlPlaneFixture(approvalRequired);
            Map<Long, String> documentByRevision = new HashMap<>();
            for (int i = 0; i < COMMANDS; i++) {
                long activeBefore = book.active();
                int eventsBefore = book.events.size();
                long writesBefore = book.store.writes;

                // When
                RulesResult result = book.run(command(random, book, i));

                // Then
                String step = "seed " + seed + " step " + i;
                if (!(result instanceof RulesResult.Accepted accepted)) {
                    assertThat(book.store.writes).as(step).isEqualTo(writesBefore);
                    continue;
                }
                assertThat(accepted.event().stamp().sequence()).as(step).isEqualTo(eventsBefore + 1);
                if (accepted.event() instanceof RulesEvent.Change change) {
                    Revision revision = change.revision();
                    assertThat(revision.number()).as(step).isEqualTo(activeBefore + 1);
                    assertThat(documentByRevision.put(revision.number(), revision.document()))
                            .as(step)
                            .isNull();
                    assertThat(book.store.revision(book.active())).as(step).isEqualTo(revision);
                } else {
                    assertThat(book.active()).as(step).isEqualTo(activeBefore);
                }
                assertBounded(step, book);
            }
            assertSameWhenReplayed(seed, book);
        }
    }

    private static RulesStep command(Random random, ControlPlaneFixture book, int i) {
        Author by = new Author("p" + random.nextInt(3), "reason " + i);
        long expected = random.nextInt(8) == 0 ? random.nextInt(20) : book.active();
        long proposal = Math.max(1, book.store.summary().lastProposalId() - random.nextInt(6));
        return switch (random.nextInt(9)) {
            case 0, 1, 2, 3 -> {
                String id = random.nextInt(5) == 0 ? "c" + random.nextInt(i + 1) : "c" + i;
                String document = random.nextInt(10) == 0 ? "broken" : "burst " + (1 + random.nextInt(9));
                yield new RulesStep.Propose(id, by, expected, document);
            }
            case 4, 5 -> new RulesStep.Approve(proposal, by);
            case 6 -> new RulesStep.Reject(proposal, by);
            case 7 -> new RulesStep.Activate(proposal, expected, by);
            default -> new RulesStep.RollBack(random.nextInt((int) book.active() + 2), expected, by);
        };
    }

    private static void assertBounded(String step, ControlPlaneFixture book) {
        assertThat(book.store.proposals).as(step).hasSizeLessThanOrEqualTo(RulesLedger.PROPOSALS_MAX);
        assertThat(book.store.revisions).as(step).hasSizeLessThanOrEqualTo(RulesLedger.REVISIONS_MAX);
        List<Long> listed = book.store.summary().proposalIds().stream().sorted().toList();
        assertThat(listed).as(step).isEqualTo(List.copyOf(book.store.proposals.keySet()));
    }

    private static void assertSameWhenReplayed(long seed, ControlPlaneFixture book) {
        MapControlPlaneStore replayed = new MapControlPlaneStore();
        RulesLedger ledger = new RulesLedger(replayed, ControlPlaneFixture::read, new RulesLedger.Policy(false, 0));
        book.events.forEach(ledger::apply);
        assertThat(replayed.toString()).as("seed " + seed).isEqualTo(book.store.toString());
    }
}
