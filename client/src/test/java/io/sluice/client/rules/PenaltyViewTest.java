package io.sluice.client.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.control.AuditEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which penalties the audit trail leaves, and how many are kept. */
final class PenaltyViewTest {
    private final RulesView view = new RulesView();
    private long offset = 40;

    private void apply(long atMillis, String reason, AuditEntry.Action action) {
        offset++;
        view.apply(new AuditEntry(0, atMillis, "sluice", reason, action), offset);
    }

    private void begins(String account, @Nullable String client, String penalty, long rung, long untilMillis) {
        apply(
                1_000,
                "10 denials in 60000 ms",
                new AuditEntry.PenaltyChanged(account, client, penalty, "deny", rung, untilMillis, true));
    }

    private void ends(String account, @Nullable String client, String penalty) {
        apply(2_000, "it was over", new AuditEntry.PenaltyChanged(account, client, penalty, null, 1, 2_000, true));
    }

    private void pardons(String account, @Nullable String client) {
        Profile profile = new Profile(account, 1, null, Map.of(), null, null);
        apply(3_000, "why", new AuditEntry.AccountChanged("c", new AccountCommand.Pardon(client), profile, profile, 0));
    }

    private List<String> shown() {
        return view.penalties().entries().stream()
                .map(entry -> (entry.clientId() == null ? entry.account() : entry.clientId()) + " " + entry.penaltyId()
                        + " " + entry.rung())
                .toList();
    }

    @Test
    void shouldShowWhatBegan_youngestFirst() {
        // When
        begins("shop", "shop/alice", "stuffing", 1, 9_000);
        begins("globex", null, "invented", 2, 8_000);

        // Then
        assertThat(view.penalties().entries())
                .containsExactly(
                        new PenaltyView.Entry(
                                "globex",
                                null,
                                "invented",
                                "deny",
                                2,
                                1_000,
                                8_000,
                                true,
                                "10 denials in 60000 ms",
                                42),
                        new PenaltyView.Entry(
                                "shop",
                                "shop/alice",
                                "stuffing",
                                "deny",
                                1,
                                1_000,
                                9_000,
                                true,
                                "10 denials in 60000 ms",
                                41));
        assertThat(view.entries(Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void shouldShowTheLastRungOnly_whenThereIsARelapse() {
        // Given
        begins("shop", "shop/alice", "stuffing", 1, 9_000);
        begins("shop", "shop/bob", "stuffing", 1, 9_000);

        // When
        begins("shop", "shop/alice", "stuffing", 2, 20_000);

        // Then
        assertThat(shown()).containsExactly("shop/alice stuffing 2", "shop/bob stuffing 1");
    }

    @Test
    void shouldForget_whatEndedWasLiftedOrPardoned() {
        // Given
        begins("shop", "shop/alice", "stuffing", 1, 9_000);
        begins("shop", "shop/alice", "other", 1, 9_000);
        begins("shop", "shop/bob", "stuffing", 1, 9_000);
        begins("shop", null, "stuffing", 1, 9_000);
        begins("globex", "globex/x", "stuffing", 1, 9_000);

        // When / Then
        ends("shop", null, "stuffing");
        assertThat(shown()).doesNotContain("shop stuffing 1").hasSize(4);
        apply(3_000, "solved", new AuditEntry.PenaltyLifted("c", "shop", "shop/alice", "other", 1, "0-7"));
        assertThat(shown()).doesNotContain("shop/alice other 1").hasSize(3);
        pardons("shop", "shop/alice");
        assertThat(shown()).containsExactly("globex/x stuffing 1", "shop/bob stuffing 1");
        pardons("shop", null);
        assertThat(shown()).containsExactly("globex/x stuffing 1");
    }

    @Test
    void shouldStayBounded_andSayWhatWasDropped() {
        // Given one whose time is over, and as many as there is room for
        begins("early", null, "stuffing", 1, 900);
        for (int i = 1; i < PenaltyView.ENTRIES_MAX; i++) {
            begins("shop" + i, null, "stuffing", 1, 9_000);
        }
        assertThat(view.penalties().entries()).hasSize(PenaltyView.ENTRIES_MAX);

        // When
        begins("one", null, "stuffing", 1, 9_000);

        // Then: it took the place of what is over
        assertThat(view.penalties().entries()).hasSize(PenaltyView.ENTRIES_MAX);
        assertThat(view.penalties().dropped()).isZero();
        assertThat(shown()).doesNotContain("early stuffing 1").contains("shop1 stuffing 1");

        // When
        begins("more", null, "stuffing", 1, 9_000);

        // Then
        assertThat(view.penalties().entries()).hasSize(PenaltyView.ENTRIES_MAX);
        assertThat(view.penalties().dropped()).isEqualTo(1);
        assertThat(shown()).doesNotContain("shop1 stuffing 1").startsWith("more stuffing 1", "one stuffing 1");
    }
}
