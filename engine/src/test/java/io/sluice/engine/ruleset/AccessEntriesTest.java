package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AccessEntriesTest {
    private static final Admission SCANNER = admission("acme", 1, "GET", "/", Map.of("ip", "203.0.113.9"));

    private static AccessEntries.Entry entry(Object... members) throws InvalidRulesetException {
        return AccessEntries.entry(tree(members));
    }

    @Test
    void shouldCountUntilItsMoment_whenAdded() throws Exception {
        // Given
        Object cidr = tree("ip", tree("cidr", "203.0.113.0/24"));
        AccessEntries entries = AccessEntries.of(
                3,
                List.of(entry("access", "deny", "attributes", cidr, "for", "1h", "message", "scanner")
                        .until(5_000)));

        // When / Then
        assertThat(entries.lists().find(SCANNER, 4_999)).satisfies(listing -> {
            assertThat(listing.listId()).isEqualTo("@access");
            assertThat(listing.access()).isEqualTo(Access.DENY);
            assertThat(listing.reason()).isEqualTo("scanner");
        });
        assertThat(entries.lists().find(SCANNER, 5_000)).isNull();
    }

    @Test
    void shouldPreferDenyAndThenTheRuleset_whenBothAnswer() throws Exception {
        // Given
        Map<String, Object> document = RulesetFixture.document();
        document.put(
                "lists",
                List.of(
                        tree("id", "blocked", "access", "deny", "entries", List.of(tree("account", "evil"))),
                        tree("id", "friends", "access", "allow", "entries", List.of(tree("account", "acme")))));
        AccessLists rules = RulesetFixture.compiled(1, document).lists();
        AccessLists denying = of(entry("access", "deny", "account", "acme", "for", "1h"));
        AccessLists allowing = of(
                entry("access", "allow", "account", "evil", "for", "1h"),
                entry("access", "allow", "account", "acme", "for", "1h"));

        // When / Then
        assertThat(found(rules, denying, "acme")).isEqualTo("@access");
        assertThat(found(rules, denying, "evil")).isEqualTo("blocked");
        assertThat(found(rules, allowing, "evil")).isEqualTo("blocked");
        assertThat(found(rules, allowing, "acme")).isEqualTo("friends");
        assertThat(found(RulesetFixture.compiled(1, RulesetFixture.document()).lists(), allowing, "evil"))
                .isEqualTo("@access");
    }

    @Test
    void shouldDenyWhatIsNoAddress_whenTheRulesetSays() throws Exception {
        // Given
        AccessLists ranges =
                of(entry("access", "deny", "attributes", tree("ip", tree("cidr", "203.0.113.0/24")), "for", "1h"));
        Map<String, Object> document = RulesetFixture.document();
        document.put("unreadableAddresses", "deny");
        Admission unreadable = admission("acme", 1, "GET", "/", Map.of("ip", "unknown"));

        // When / Then
        assertThat(RulesetFixture.compiled(1, RulesetFixture.document()).lists().find(unreadable, 0, ranges))
                .isNull();
        assertThat(RulesetFixture.compiled(1, document).lists().find(unreadable, 0, ranges))
                .isNotNull();
    }

    private static AccessLists of(AccessEntries.Entry... entries) {
        return AccessEntries.of(1, List.of(entries)).lists();
    }

    private static String found(AccessLists rules, AccessLists entries, String client) {
        Listing listing = rules.find(admission(client, 1), 0, entries);
        return listing == null ? "none" : listing.listId();
    }

    @Test
    void shouldTellEveryProblem_whenInvalid() {
        assertThatThrownBy(() -> entry("acess", "deny", "account", "a/b", "for", "0s", "message", "x".repeat(257)))
                .isInstanceOf(InvalidRulesetException.class)
                .hasMessageContaining("acess: unknown field")
                .hasMessageContaining("access: missing (expected: allow, deny)")
                .hasMessageContaining("account: \"a/b\" (expected: the first segment of a client ID)")
                .hasMessageContaining("for: \"0s\" (expected: 1s..366d)")
                .hasMessageContaining("message: 257 characters (expected: at most 256)");
        assertThatThrownBy(() -> entry("access", "deny", "account", "acme"))
                .hasMessageContaining("for: missing (expected: a string)");
        assertThatThrownBy(() ->
                        entry("access", "deny", "attributes", tree("ip", tree("cidr", "203.0.113.0/33")), "for", "1h"))
                .isInstanceOf(InvalidRulesetException.class);
        assertThatThrownBy(() -> AccessEntries.entry(null)).isInstanceOf(InvalidRulesetException.class);
    }

    @Test
    void shouldCountComparisons_whenEntriesAreNotIndexed() throws Exception {
        assertThat(entry(
                                "access",
                                "deny",
                                "attributes",
                                tree("ip", tree("cidr", List.of("10.0.0.0/8", "::1"))),
                                "for",
                                "1h")
                        .comparisons())
                .isEqualTo(2);
        assertThat(entry("access", "deny", "attributes", tree("agent", tree("prefix", "bot/")), "for", "1h")
                        .comparisons())
                .isEqualTo(1);
        assertThat(entry("access", "deny", "attributes", tree("agent", "bot"), "for", "1h")
                        .comparisons())
                .isZero();
        assertThat(entry("access", "deny", "client", "acme/a", "for", "1h").comparisons())
                .isZero();
    }
}
