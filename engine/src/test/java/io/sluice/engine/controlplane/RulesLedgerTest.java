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
    private final ControlPlaneFixture controlPlane = new ControlPlaneFixture(false);
    private final ControlPlaneFixture strict = new ControlPlaneFixture(true);

    @Test
    void shouldTakeTheNextRevision_whenAProposalIsActivated() {
        // Given
        long proposal = controlPlane.propose("burst 1");

        // When
        RulesResult result = controlPlane.activate(proposal);

        // Then
        assertThat(result)
                .isEqualTo(new RulesResult.Accepted(
                        new RulesEvent.Activated(new Stamp(2, 1_001, ALICE), 1, new Revision(1, "burst 1"))));
        assertThat(controlPlane.active()).isEqualTo(1);
        assertThat(controlPlane.store.proposal(1).status()).isEqualTo(Proposal.Status.ACTIVATED);
    }

    @Test
    void shouldMakeANewRevision_whenRolledBack() {
        // Given
        controlPlane.activate(controlPlane.propose("burst 1"));
        controlPlane.activate(controlPlane.propose("burst 2"));

        // When
        RulesResult result = controlPlane.rollBack(1);

        // Then
        assertThat(((RulesResult.Accepted) result).event())
                .isEqualTo(new RulesEvent.RolledBack(new Stamp(5, 1_004, BOB), 1, new Revision(3, "burst 1")));
        assertThat(controlPlane.store.revision(2)).isEqualTo(new Revision(2, "burst 2"));
    }

    @Test
    void shouldRefuse_whenTheRevisionInForceIsAnother() {
        // Given
        long proposal = controlPlane.propose("burst 1");
        controlPlane.activate(controlPlane.propose("burst 2"));

        // When / Then
        assertThat(refusal(controlPlane.run(new RulesStep.Propose("c", ALICE, 0, "burst 3"))))
                .isEqualTo(Refusal.STALE_REVISION);
        assertThat(refusal(controlPlane.run(new RulesStep.Activate(proposal, 0, ALICE))))
                .isEqualTo(Refusal.STALE_REVISION);
        assertThat(refusal(controlPlane.run(new RulesStep.RollBack(1, 0, ALICE))))
                .isEqualTo(Refusal.STALE_REVISION);
        assertThat(refusal(controlPlane.activate(proposal))).isEqualTo(Refusal.STALE_PROPOSAL);
    }

    @Test
    void shouldNameEveryProblemAndItsPlace_whenTheDocumentIsInvalid() {
        // Given
        // When
        RulesResult result = controlPlane.run(new RulesStep.Propose("c", ALICE, 0, "tree"));
        RulesResult unreadable = controlPlane.run(new RulesStep.Propose("d", ALICE, 0, "{"));

        // Then
        assertThat(refusal(result)).isEqualTo(Refusal.INVALID_DOCUMENT);
        assertThat(((RulesResult.Refused) result).problems())
                .extracting(RulesetProblem::path)
                .contains("typo", "limits[0].id", "limits[0].scope", "limits[0].rate");
        assertThat(((RulesResult.Refused) unreadable).problems())
                .containsExactly(new RulesetProblem("", "not valid JSON"));
        assertThat(controlPlane.events).isEmpty();
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
        long proposal = controlPlane.propose("burst 1");

        // When
        controlPlane.run(new RulesStep.Reject(proposal, BOB));

        // Then
        assertThat(refusal(controlPlane.activate(proposal))).isEqualTo(Refusal.NOT_OPEN);
        assertThat(refusal(controlPlane.run(new RulesStep.Approve(proposal, BOB))))
                .isEqualTo(Refusal.NOT_OPEN);
        assertThat(refusal(controlPlane.run(new RulesStep.Reject(proposal, BOB))))
                .isEqualTo(Refusal.NOT_OPEN);
    }

    @Test
    void shouldRefuse_whenNothingIsKnownOrNothingChanges() {
        // Given
        controlPlane.activate(controlPlane.propose("burst 1"));

        // When / Then
        assertThat(refusal(controlPlane.activate(9))).isEqualTo(Refusal.UNKNOWN_PROPOSAL);
        assertThat(refusal(controlPlane.run(new RulesStep.Approve(9, BOB)))).isEqualTo(Refusal.UNKNOWN_PROPOSAL);
        assertThat(refusal(controlPlane.run(new RulesStep.Reject(9, BOB)))).isEqualTo(Refusal.UNKNOWN_PROPOSAL);
        assertThat(refusal(controlPlane.rollBack(7))).isEqualTo(Refusal.UNKNOWN_REVISION);
        assertThat(refusal(controlPlane.rollBack(1))).isEqualTo(Refusal.UNCHANGED);
        assertThat(refusal(controlPlane.run(new RulesStep.Propose("c", ALICE, 1, "burst 1"))))
                .isEqualTo(Refusal.UNCHANGED);
    }

    @Test
    void shouldMakeOneProposal_whenACommandComesTwice() {
        // Given
        RulesStep command = new RulesStep.Propose("same", ALICE, 0, "burst 1");
        controlPlane.run(command);

        // When
        RulesResult again = controlPlane.run(command);

        // Then
        assertThat(again).isEqualTo(new RulesResult.Repeated(1L));
        assertThat(controlPlane.events).hasSize(1);
    }

    @Test
    void shouldChangeNothing_whenOldCommandsAreReplayed() {
        // Given
        RulesStep propose = new RulesStep.Propose("p", ALICE, 0, "burst 1");
        RulesStep activate = new RulesStep.Activate(1, 0, ALICE);
        controlPlane.run(propose);
        controlPlane.run(activate);
        controlPlane.activate(controlPlane.propose("burst 2"));
        RulesStep rollBack = new RulesStep.RollBack(1, 2, ALICE);
        controlPlane.run(rollBack);
        int before = controlPlane.events.size();

        // When
        controlPlane.run(activate);
        controlPlane.run(rollBack);
        controlPlane.run(propose);
        controlPlane.run(new RulesStep.Approve(1, BOB));

        // Then
        assertThat(controlPlane.events).hasSize(before);
        assertThat(controlPlane.active()).isEqualTo(3);
    }

    @Test
    void shouldRefuse_whenNoNumberIsLeft() {
        // Given
        RulesLedger ledger = new RulesLedger(
                controlPlane.store, ControlPlaneFixture::read, new RulesLedger.Policy(false, Revision.NUMBER_MAX));
        long proposal = controlPlane.propose("burst 1");

        // When
        RulesResult result = ledger.decide(new RulesStep.Activate(proposal, 0, ALICE), 1);

        // Then
        assertThat(refusal(result)).isEqualTo(Refusal.REVISIONS_EXHAUSTED);
    }

    @Test
    void shouldNeverGiveANumberAgain_whenRevisionsWerePublishedBefore() {
        // Given
        RulesLedger ledger =
                new RulesLedger(controlPlane.store, ControlPlaneFixture::read, new RulesLedger.Policy(false, 7));
        long proposal = controlPlane.propose("burst 1");

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
            controlPlane.activate(controlPlane.propose("burst " + i));
        }

        // When
        for (int i = 0; i < RulesLedger.PROPOSALS_MAX; i++) {
            controlPlane.propose("burst 1000" + i);
        }
        RulesResult oneTooMany = controlPlane.run(new RulesStep.Propose("x", ALICE, controlPlane.active(), "burst 5"));

        // Then
        assertThat(refusal(oneTooMany)).isEqualTo(Refusal.TOO_MANY_PROPOSALS);
        assertThat(controlPlane.store.revisions).hasSize(RulesLedger.REVISIONS_MAX);
        assertThat(controlPlane.store.proposals).hasSize(RulesLedger.PROPOSALS_MAX);
        assertThat(controlPlane.activate(controlPlane.store.summary().lastProposalId()))
                .isInstanceOf(RulesResult.Accepted.class);
        assertThat(controlPlane.propose("burst 5")).isPositive();
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
        controlPlane.propose("burst 1");
        RulesLedger ledger =
                new RulesLedger(controlPlane.store, ControlPlaneFixture::read, new RulesLedger.Policy(false, 0));

        // When / Then
        assertThatThrownBy(() -> ledger.apply(controlPlane.events.get(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("event 1 (expected: 2, each once and in order)");
    }
}
