package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AccessListsTest {
    private static final long DECEMBER = 1_796_083_200_000L;

    @Test
    void shouldAnswerForWhoIsNamed_whenListed() {
        // Given
        AccessLists lists = lists(
                list("blocked", "deny", tree("account", "evil"), tree("client", "acme/team-a", "reason", "abuse")),
                list("friends", "allow", tree("client", "acme"), tree("attributes", tree("plan", List.of("gold")))));

        // When / Then
        assertThat(found(lists, "evil")).isEqualTo("blocked");
        assertThat(found(lists, "evil/any")).isEqualTo("blocked");
        assertThat(found(lists, "acme/team-a")).isEqualTo("blocked");
        assertThat(found(lists, "acme/team-a/alice")).isEqualTo("blocked");
        assertThat(found(lists, "acme/team-ab")).as("no other segment").isEqualTo("friends");
        assertThat(found(lists, "other")).isEqualTo("none");
        assertThat(lists.find(admission("other", 1, "GET", "/", Map.of("plan", "gold")), 0)
                        .listId())
                .isEqualTo("friends");
    }

    @Test
    void shouldDeny_whenOnBothKindsOfList() {
        // Given
        AccessLists lists = lists(
                list("friends", "allow", tree("account", "acme")),
                list("ranges", "deny", tree("attributes", tree("ip", tree("cidr", "203.0.113.0/24")))));

        // When
        Listing listing = lists.find(admission("acme", 1, "GET", "/", Map.of("ip", "203.0.113.9")), 0);

        // Then
        assertThat(listing.access()).isEqualTo(Access.DENY);
        assertThat(found(lists, "acme")).isEqualTo("friends");
    }

    @Test
    void shouldDenyAnUnreadableAddress_whenTheRulesetSays() {
        // Given
        Map<String, Object> document = RulesetFixture.document();
        document.put(
                "lists",
                List.of(
                        list("ranges", "deny", tree("attributes", tree("ip", tree("cidr", "203.0.113.0/24")))),
                        list("friends", "allow", tree("account", "acme"))));
        Ruleset ignoring = RulesetFixture.compiled(1, document);
        document.put("unreadableAddresses", "deny");
        Ruleset denying = RulesetFixture.compiled(1, document);
        Admission list = admission("acme", 1, "GET", "/", Map.of("ip", "203.0.113.7, 10.0.0.1"));
        Admission withPort = admission("other", 1, "GET", "/", Map.of("ip", " 203.0.113.7:5555"));
        Admission absent = admission("other", 1);

        // When / Then
        assertThat(denying.lists().find(list, 0)).satisfies(listing -> {
            assertThat(listing.access()).isEqualTo(Access.DENY);
            assertThat(listing.listId()).isEqualTo("ranges");
            assertThat(listing.reason()).isEqualTo("\"203.0.113.7, 10.0.0.1\" is not an IP address");
        });
        assertThat(ignoring.lists().find(list, 0).listId()).isEqualTo("friends");
        assertThat(ignoring.hasUnreadableAddress(list)).isTrue();
        for (Ruleset either : List.of(ignoring, denying)) {
            assertThat(either.lists().find(withPort, 0).listId()).isEqualTo("ranges");
            assertThat(either.hasUnreadableAddress(withPort)).isFalse();
            assertThat(either.lists().find(absent, 0)).isNull();
        }
    }

    @Test
    void shouldSayWhatToWrite_whenAClientCanNeverBeMet() {
        // Given
        Map<String, Object> document = RulesetFixture.document();
        document.put("lists", List.of(list("blocked", "deny", tree("client", "acme/team/"), tree("client", "/acme"))));

        // When / Then
        String form = " (expected: a client ID such as acme/team-a, which also names all below it)";
        assertThat(RulesetFixture.problems(document))
                .containsExactly(
                        "lists[0].entries[0].client: \"acme/team/\"" + form,
                        "lists[0].entries[1].client: \"/acme\"" + form);
    }

    @Test
    void shouldForget_whenTimeIsOver() {
        // Given
        AccessLists lists = lists(
                list("blocked", "deny", tree("account", "acme", "until", "2026-12-01T00:00:00Z", "reason", "unpaid")));

        // When / Then
        assertThat(lists.find(admission("acme", 1), DECEMBER - 1).reason()).isEqualTo("unpaid");
        assertThat(lists.find(admission("acme", 1), DECEMBER)).isNull();
    }

    @Test
    void shouldNameTheMistake_whenListIsWrong() {
        // Given
        Map<String, Object> document = RulesetFixture.document();
        document.put(
                "lists",
                List.of(
                        list("Bad Id", "maybe", tree("account", "a/b"), tree()),
                        list(
                                "b",
                                "deny",
                                tree("account", "a", "until", "tomorrow"),
                                tree("account", "a", "client", "a"))));

        // When / Then
        assertThat(RulesetFixture.problems(document))
                .containsExactlyInAnyOrder(
                        "lists[0].id: \"Bad Id\" (expected: a name that no other list has)",
                        "lists[0].access: \"maybe\" (expected: allow, deny)",
                        "lists[0].entries[0].account: \"a/b\" (expected: the first segment of a client ID)",
                        "lists[0].entries[1].account: names [] (expected: exactly one of account, client, attributes)",
                        "lists[1].entries[0].until: \"tomorrow\" (expected: a moment such as 2026-12-01T00:00:00Z)",
                        "lists[1].entries[1].account: names [account, client] (expected: exactly one of account,"
                                + " client, attributes)");
    }

    private static String found(AccessLists lists, String clientId) {
        Listing listing = lists.find(admission(clientId, 1), 0);
        return listing == null ? "none" : listing.listId();
    }

    @SafeVarargs
    private static Map<String, Object> list(String id, String access, Map<String, Object>... entries) {
        return tree("id", id, "access", access, "entries", new ArrayList<>(List.of(entries)));
    }

    @SafeVarargs
    private static AccessLists lists(Map<String, Object>... lists) {
        Map<String, Object> document = RulesetFixture.document();
        document.put("lists", new ArrayList<>(List.of(lists)));
        return RulesetFixture.compiled(1, document).lists();
    }
}
