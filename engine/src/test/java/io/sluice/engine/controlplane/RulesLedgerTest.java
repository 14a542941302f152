package io.sluice.engine.controlplane;

import static io.sluice.engine.controlplane.ControlPlaneFixture.ALICE;
import static io.sluice.engine.controlplane.ControlPlaneFixture.BOB;
import static io.sluice.engine.controlplane.ControlPlaneFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.controlplane.RulesEvent.Stamp;
import io.sluice.engine.controlplane.RulesResult.Refusal;
import io.sluice.engine.ruleset.RulesetProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of proposals and revisions, step by step. */
final class RulesLedgerTest {
    private final ControlPlaneFixture book = new ControlPlaneFixture(false);
    private final ControlPlaneFixture strict = new ControlPlaneFixture(true);

    @Test
    void shouldTakeTheNextRevision_whenAProposalIsActivated() {
        // Given
        long proposal = book.propose("burst 1");

        // When
        RulesResult result = book.activate(proposal);

        // Then
        assertThat(result)
                .isEqualTo(new RulesResult.Accepted(
                        new RulesEvent.Activated(new Stamp(2, 1_001, ALICE), 1, new Revision(1, "burst 1"))));
        assertThat(book.active()).isEqualTo(1);
        assertThat(book.store.proposal(1).status()).isEqualTo(Proposal.Status.ACTIVATED);
    }

    @Test
    void shouldMakeANewRevision_whenRolledBack() {
        // Given
        book.activate(book.propose("burst 1"));
        book.activate(book.propose("burst 2"));

        // When
        RulesResult result = book.rollBack(1);

        // Then
        assertThat(((RulesResult.Accepted) result).event())
                .isEqualTo(new RulesEvent.RolledBack(new Stamp(5, 1_004, BOB), 1, new Revision(3, "burst 1")));
        assertThat(book.store.revision(2)).isEqualTo(new Revision(2, "burst 2"));
    }

    @Test
    void shouldRefuse_whenTheRevisionInForceIsAnother() {
        // Given
        long proposal = book.propose("burst 1");
        book.activate(book.propose("burst 2"));

        // When / Then
        assertThat(refusal(book.run(new RulesStep.Propose("c", ALICE, 0, "burst 3"))))
                .isEqualTo(Refusal.STALE_REVISION);
        assertThat(refusal(book.run(new RulesStep.Activate(proposal, 0, ALICE))))
                .isEqualTo(Refusal.STALE_REVISION);
        assertThat(refusal(book.run(new RulesStep.RollBack(1, 0, ALICE)))).isEqualTo(Refusal.STALE_REVISION);
        assertThat(refusal(book.activate(proposal))).isEqualTo(Refusal.STALE_PROPOSAL);
    }

    @Test
    void shouldNameEveryProblemAndItsPlace_whenTheDocumentIsInvalid() {
        // Given
        // When
        RulesResult result = book.run(new RulesStep.Propose("c", ALICE, 0, "tree"));
        RulesResult unreadable = book.run(new RulesStep.Propose("d", ALICE, 0, "{"));

        // Then
        assertThat(refusal(result)).isEqualTo(Refusal.INVALID_DOCUMENT);
        assertThat(((RulesResult.Refused) result).problems())
                .extracting(RulesetProblem::path)
                .contains("typo", "limits[0].id", "limits[0].scope", "limits[0].rate");
        assertThat(((RulesResult.Refused) unreadable).problems())
                .containsExactly(new RulesetProblem("", "not valid JSON"));
        assertThat(book.events).isEmpty();
    }

    @Test
    void shouldAskForSomebodyElse_whenApprovalIsRequired() {
        // Given
        long proposal = strict.propose("burst 1");

        // When / Then
        assertThat(refusal(strict.activate(proposal))).isEqualTo(Refusal.NOT_APPROVED);
        assertThat(refusal(strict.run(new RulesStep.Approve(proposal, ALICE)))).isEqualTo(Refusal.SAME_PRINCIPAL);
        assertThat(strict.run(new RulesStep.Approve(proposal, BOB))).isInstanceOf(RulesResult.Accepted.class);
        assertThat(refusal(strict.run(new RulesStep.Approve(proposal, BOB)))).isEqualTo(Refusal.NOT_OPEN);
        assertThat(strict.activate(proposal)).isInstanceOf(RulesResult.Accepted.class);
    }

    @Test
    void shouldEndForGood_whenRejected() {
        // Given
        long proposal = book.propose("burst 1");

        // When
        book.run(new RulesStep.Reject(proposal, BOB));

        // Then
        assertThat(refusal(book.activate(proposal))).isEqualTo(Refusal.NOT_OPEN);
        assertThat(refusal(book.run(new RulesStep.Approve(proposal, BOB)))).isEqualTo(Refusal.NOT_OPEN);
        assertThat(refusal(book.run(new RulesStep.Reject(proposal, BOB)))).isEqualTo(Refusal.NOT_OPEN);
    }

    @Test
    void shouldRefuse_whenNothingIsKnownOrNothingChanges() {
        // Given
        book.activate(book.propose("burst 1"));

        // When / Then
        assertThat(refusal(book.activate(9))).isEqualTo(Refusal.UNKNOWN_PROPOSAL);
        assertThat(refusal(book.run(new RulesStep.Approve(9, BOB)))).isEqualTo(Refusal.UNKNOWN_PROPOSAL);
        assertThat(refusal(book.run(new RulesStep.Reject(9, BOB)))).isEqualTo(Refusal.UNKNOWN_PROPOSAL);
        assertThat(refusal(book.rollBack(7))).isEqualTo(Refusal.UNKNOWN_REVISION);
        assertThat(refusal(book.rollBack(1))).isEqualTo(Refusal.UNCHANGED);
        assertThat(refusal(book.run(new RulesStep.Propose("c", ALICE, 1, "burst 1"))))
                .isEqualTo(Refusal.UNCHANGED);
    }

    @Test
    void shouldMakeOneProposal_whenACommandComesTwice() {
        // Given
        RulesStep command = new RulesStep.Propose("same", ALICE, 0, "burst 1");
        book.run(command);

        // When
        RulesResult again = book.run(command);

        // Then
        assertThat(again).isEqualTo(new RulesResult.Repeated(1));
        assertThat(book.events).hasSize(1);
    }

    @Test
    void shouldChangeNothing_whenOldCommandsAreReplayed() {
        // Given
        RulesStep propose = new RulesStep.Propose("p", ALICE, 0, "burst 1");
        RulesStep activate = new RulesStep.Activate(1, 0, ALICE);
        book.run(propose);
        book.run(activate);
        book.activate(book.propose("burst 2"));
        RulesStep rollBack = new RulesStep.RollBack(1, 2, ALICE);
        book.run(rollBack);
        int before = book.events.size();

        // When
        book.run(activate);
        book.run(rollBack);
        book.run(propose);
        book.run(new RulesStep.Approve(1, BOB));

        // Then
        assertThat(book.events).hasSize(before);
        assertThat(book.active()).isEqualTo(3);
    }

    @Test
    void shouldRefuse_whenNoNumberIsLeft() {
        // Given
        RulesLedger ledger = new RulesLedger(
                book.store, ControlPlaneFixture::read, new RulesLedger.Policy(false, Revision.NUMBER_MAX));
        long proposal = book.propose("burst 1");

        // When
        RulesResult result = ledger.decide(new RulesStep.Activate(proposal, 0, ALICE), 1);

        // Then
        assertThat(refusal(result)).isEqualTo(Refusal.REVISIONS_EXHAUSTED);
    }

    @Test
    void shouldNeverGiveANumberAgain_whenRevisionsWerePublishedBefore() {
        // Given
        RulesLedger ledger = new RulesLedger(book.store, ControlPlaneFixture::read, new RulesLedger.Policy(false, 7));
        long proposal = book.propose("burst 1");

        // When
        RulesResult result = ledger.decide(new RulesStep.Activate(proposal, 0, ALICE), 5);

        // Then
        assertThat(((RulesEvent.Change) ((RulesResult.Accepted) result).event())
                        .revision()
                        .number())
                .isEqualTo(8);
    }

    @Test
    void shouldStayBounded_whenThereAreManySteps() {
        // Given
        for (int i = 1; i <= RulesLedger.REVISIONS_MAX + 10; i++) {
            book.activate(book.propose("burst " + i));
        }

        // When
        for (int i = 0; i < RulesLedger.PROPOSALS_MAX; i++) {
            book.propose("burst 1000" + i);
        }
        RulesResult oneTooMany = book.run(new RulesStep.Propose("x", ALICE, book.active(), "burst 5"));

        // Then
        assertThat(refusal(oneTooMany)).isEqualTo(Refusal.TOO_MANY_PROPOSALS);
        assertThat(book.store.revisions).hasSize(RulesLedger.REVISIONS_MAX);
        assertThat(book.store.proposals).hasSize(RulesLedger.PROPOSALS_MAX);
        assertThat(book.activate(book.store.summary().lastProposalId())).isInstanceOf(RulesResult.Accepted.class);
        assertThat(book.propose("burst 5")).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"'',why", "'  ',why", "me,''", "me,' '"})
    void shouldRefuseAStep_whenItHasNoAuthorOrReason(String principal, String reason) {
        // Given
        // When / Then
        assertThatThrownBy(() -> new Author(principal, reason))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: 1..");
    }

    @Test
    void shouldFail_whenAnEventIsAppliedTwice() {
        // Given
        book.propose("burst 1");
        RulesLedger ledger = new RulesLedger(book.store, ControlPlaneFixture::read, new RulesLedger.Policy(false, 0));

        // When / Then
        assertThatThrownBy(() -> ledger.apply(book.events.get(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("event 1 (expected: 2, each once and in order)");
    }
}
