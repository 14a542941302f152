package io.sluice.client.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.rules.RulesView.Status;
import io.sluice.schemas.control.AuditEntry;
import org.junit.jupiter.api.Test;

/** What the audit trail says, and how much of it is kept. */
final class RulesViewTest {
    private final RulesView view = new RulesView();
    private long sequence;

    private void apply(AuditEntry.Action action) {
        sequence++;
        view.apply(new AuditEntry(sequence, 100 + sequence, "alice", "why", action), 1_000 + sequence);
    }

    @Test
    void shouldFollowAProposal_whenStepsAreTaken() {
        // Given
        apply(new AuditEntry.Proposed(1, "a", 0, "d1"));
        apply(new AuditEntry.Proposed(2, "b", 0, "d2"));
        apply(new AuditEntry.Proposed(3, "c", 0, "d3"));

        // When
        apply(new AuditEntry.Approved(1));
        apply(new AuditEntry.Rejected(2));
        apply(new AuditEntry.Activated(1, 1, "d1"));

        // Then
        assertThat(view.proposals(Long.MAX_VALUE, 10))
                .extracting(RulesView.Proposal::status)
                .containsExactly(Status.STALE, Status.REJECTED, Status.ACTIVATED);
        assertThat(view.activeRevision()).isEqualTo(1);
        assertThat(view.revision(1))
                .isEqualTo(new RulesView.Revision(1, "activated", 1L, "alice", "why", 106, KeptDocument.of("d1")));
    }

    @Test
    void shouldTellWhereADocumentCameFrom_whenRolledBack() {
        // Given
        apply(new AuditEntry.Activated(1, 7, "d7"));
        apply(new AuditEntry.RolledBack(7, 8, "d7"));

        // When / Then
        assertThat(view.revisions(Long.MAX_VALUE, 10))
                .extracting(RulesView.Revision::how)
                .containsExactly("rolled-back", "activated");
        assertThat(view.entries(Long.MAX_VALUE, 10).get(0))
                .isEqualTo(new RulesView.Entry(2, 102, "alice", "why", "rolled-back", null, 8L, 7L, null, 1_002));
        assertThat(view.revisions(8, 10)).hasSize(1);
    }

    @Test
    void shouldChangeNothing_whenAnEntryIsReadAgain() {
        // Given
        AuditEntry entry = new AuditEntry(1, 1, "alice", "why", new AuditEntry.Proposed(1, "a", 0, "d"));
        view.apply(entry, 7);

        // When
        view.apply(entry, 7);

        // Then
        assertThat(view.entries(Long.MAX_VALUE, 10)).hasSize(1);
    }

    @Test
    void shouldStayBounded_whenThereIsMuch() {
        // Given: one that stays open all the time is kept
        apply(new AuditEntry.Activated(1, 1, "d"));
        for (int i = 1; i <= RulesView.ENTRIES_MAX; i++) {
            apply(new AuditEntry.Proposed(i, "c" + i, 1, "d"));
            if (i > 1) {
                apply(new AuditEntry.Rejected(i));
            }
        }
        assertThat(view.proposal(1)).isNotNull();

        // When
        for (int i = 2; i < 200; i++) {
            apply(new AuditEntry.RolledBack(1, i, "d"));
        }

        // Then
        assertThat(view.entries(Long.MAX_VALUE, Integer.MAX_VALUE)).hasSize(RulesView.ENTRIES_MAX);
        assertThat(view.proposals(Long.MAX_VALUE, 1_000)).hasSize(RulesView.PROPOSALS_MAX);
        assertThat(view.revisions(Long.MAX_VALUE, 1_000)).hasSize(RulesView.REVISIONS_MAX);
        assertThat(view.revision(199)).isNotNull();
    }
}
