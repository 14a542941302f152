package io.sluice.engine.ruleset;

import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.AccessLists.Subject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the allow and deny lists in a ruleset document.
 *
 * <pre>
 *   lists:
 *     - id: blocked
 *       access: deny
 *       entries:
 *         - {account: evil, reason: unpaid}
 *         - {client: acme/team-a, until: "2026-12-01T00:00:00Z"}
 *         - {attributes: {ip: {cidr: 203.0.113.0/24}}, reason: scanner}
 * </pre>
 */
final class AccessListReader {
    /** Entries of all lists together. */
    static final int ENTRIES_MAX = 100_000;
    /** Entries that have to be checked one by one. */
    static final int RANGES_MAX = 1_000;

    private static final int REASON_CHARS_MAX = 256;
    private static final Set<String> LIST_KEYS = Set.of("id", "description", "access", "entries");
    private static final Set<String> ENTRY_KEYS = Set.of("account", "client", "attributes", "until", "reason");
    private static final List<String> SUBJECTS = List.of("account", "client", "attributes");
    static final Map<String, Access> ACCESS = Map.of("allow", Access.ALLOW, "deny", Access.DENY);

    private AccessListReader() {}

    static AccessLists lists(DocumentSection root) {
        boolean deniesUnreadable = root.choice("unreadableAddresses", Map.of("ignore", false, "deny", true), false);
        if (!root.has("lists")) {
            return new AccessLists(List.of(), deniesUnreadable);
        }
        List<Listing> listings = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (DocumentSection section : root.sections("lists", LIST_KEYS)) {
            String id = section.text("id", "");
            if (!id.isEmpty() && (!RulesetCompiler.isName(id) || !ids.add(id))) {
                section.problem("id", "\"" + id + "\" (expected: a name that no other list has)");
            }
            if (!section.has("access")) {
                section.problem("access", "missing (expected: allow, deny)");
            }
            Access access = section.choice("access", ACCESS, Access.DENY);
            for (DocumentSection entry : section.sections("entries", ENTRY_KEYS)) {
                Listing listing = listing(id, access, entry);
                if (listing != null) {
                    listings.add(listing);
                }
            }
        }
        checkCounts(root, listings);
        return new AccessLists(listings, deniesUnreadable);
    }

    private static void checkCounts(DocumentSection root, List<Listing> listings) {
        if (listings.size() > ENTRIES_MAX) {
            root.problem("lists", listings.size() + " entries (expected: at most " + ENTRIES_MAX + ")");
        }
        long ranges = listings.stream()
                .filter(listing -> listing.subject() instanceof AccessLists.OfAttribute of
                        && !(of.expected() instanceof ValueMatch.OneOf))
                .count();
        if (ranges > RANGES_MAX) {
            root.problem("lists", ranges + " entries by prefix or cidr (expected: at most " + RANGES_MAX + ")");
        }
    }

    private static @Nullable Listing listing(String listId, Access access, DocumentSection entry) {
        Subject subject = subject(entry);
        Long untilMillis = entry.has("until")
                ? entry.parsed("until", it -> instantMillis(it.text("until", "")))
                : Long.valueOf(Listing.FOR_EVER);
        String reason = entry.has("reason") ? entry.text("reason", "") : "";
        if (reason.length() > REASON_CHARS_MAX) {
            entry.problem("reason", reason.length() + " characters (expected: at most " + REASON_CHARS_MAX + ")");
        }
        return subject == null || untilMillis == null
                ? null
                : new Listing(listId, access, subject, untilMillis, reason);
    }

    /** The one account, client ID or attribute that an entry names; null if that is a problem. */
    static @Nullable Subject subject(DocumentSection entry) {
        List<String> given = SUBJECTS.stream().filter(entry::has).toList();
        if (given.size() != 1) {
            entry.problem("account", "names " + given + " (expected: exactly one of account, client, attributes)");
            return null;
        }
        if (entry.has("account")) {
            String account = entry.text("account", "");
            if (account.indexOf('/') >= 0) {
                entry.problem("account", "\"" + account + "\" (expected: the first segment of a client ID)");
            }
            return new AccessLists.OfAccount(account);
        }
        if (entry.has("client")) {
            String client = entry.text("client", "");
            if (client.startsWith("/") || client.endsWith("/") || client.contains("//")) {
                entry.problem(
                        "client",
                        "\"" + client
                                + "\" (expected: a client ID such as acme/team-a, which also names all below it)");
            }
            return new AccessLists.OfClient(client);
        }
        Map<String, ValueMatch> attributes = ValueMatchReader.attributes(entry);
        if (attributes.size() != 1) {
            entry.problem("attributes", attributes.size() + " attributes (expected: exactly one)");
            return null;
        }
        Map.Entry<String, ValueMatch> attribute =
                attributes.entrySet().iterator().next();
        return new AccessLists.OfAttribute(attribute.getKey(), attribute.getValue());
    }

    private static long instantMillis(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a moment such as 2026-12-01T00:00:00Z)", e);
        }
    }
}
