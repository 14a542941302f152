package io.sluice.engine.ruleset;

import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.AccessLists.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The access entries in force: allow and deny entries beside the ruleset, each for a time. Immutable.
 *
 * <p>An entry is read like one of a list of a ruleset:
 *
 * <pre>
 *   {access: deny, attributes: {ip: {cidr: 203.0.113.0/24}}, for: 1h, message: scanner}
 * </pre>
 *
 * @param version one more with every change; 0 before the first
 */
public record AccessEntries(long version, AccessLists lists) {
    /** The list that verdicts name; no list of a document can have this name. */
    public static final String LIST_ID = "@access";
    /** Entries at one time. */
    public static final int ENTRIES_MAX = 1_000;
    /** Prefixes, exceptions and address ranges of all entries together: a request is compared with each of them. */
    public static final int COMPARISONS_MAX = 1_000;

    public static final AccessEntries NONE = new AccessEntries(0, AccessLists.NONE);

    private static final int MESSAGE_CHARS_MAX = 256;
    private static final long FOR_MILLIS_MIN = 1_000;
    private static final long FOR_MILLIS_MAX = 366L * 24 * 60 * 60 * 1_000;
    private static final Set<String> KEYS = Set.of("access", "account", "client", "attributes", "for", "message");

    /** The entries of one version, those that were added first before the others. */
    public static AccessEntries of(long version, List<Entry> entries) {
        return new AccessEntries(
                version, new AccessLists(entries.stream().map(Entry::listing).toList()));
    }

    /**
     * One entry.
     *
     * @param forMillis how long it counts
     * @param comparisons how many prefixes, exceptions and address ranges a request is compared with
     */
    public record Entry(Listing listing, long forMillis, int comparisons) {
        /** This entry, which ends at that moment of the partition's time. */
        public Entry until(long untilMillis) {
            return new Entry(
                    new Listing(LIST_ID, listing.access(), listing.subject(), untilMillis, listing.reason()),
                    forMillis,
                    comparisons);
        }
    }

    /**
     * Reads an entry.
     *
     * @param document a tree of maps, lists and texts
     * @throws InvalidRulesetException with everything that is wrong with it
     */
    public static Entry entry(@Nullable Object document) throws InvalidRulesetException {
        List<RulesetProblem> problems = new ArrayList<>();
        DocumentSection section = DocumentSection.root(document, KEYS, problems);
        if (!section.has("access")) {
            section.problem("access", "missing (expected: allow, deny)");
        }
        Access access = section.choice("access", AccessListReader.ACCESS, Access.DENY);
        Subject subject = AccessListReader.subject(section);
        Long forMillis = DurationText.read(section, "for", FOR_MILLIS_MIN, FOR_MILLIS_MAX);
        String message = section.has("message") ? section.text("message", "") : "";
        if (message.length() > MESSAGE_CHARS_MAX) {
            section.problem("message", message.length() + " characters (expected: at most " + MESSAGE_CHARS_MAX + ")");
        }
        if (!problems.isEmpty() || subject == null || forMillis == null) {
            throw new InvalidRulesetException(problems.stream().distinct().toList());
        }
        Listing listing = new Listing(LIST_ID, access, subject, Listing.FOR_EVER, message);
        return new Entry(listing, forMillis, comparisons(subject));
    }

    private static int comparisons(Subject subject) {
        if (!(subject instanceof AccessLists.OfAttribute of)) {
            return 0;
        }
        if (of.expected() instanceof ValueMatch.InRanges ranges) {
            return ranges.ranges().size();
        }
        return of.expected() instanceof ValueMatch.OneOf ? 0 : 1;
    }
}
