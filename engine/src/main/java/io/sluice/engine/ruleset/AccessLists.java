package io.sluice.engine.ruleset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Denies or allows callers whatever the limits say, by account, client ID or attribute, each entry perhaps for a time.
 *
 * <p>A deny entry wins over an allow entry. Among entries of one kind, the first in the document answers. Entries are
 * indexed by what they name, so a look-up costs nothing for those that name something else. Only entries by prefix or
 * address range are checked one by one, within their attribute.
 */
public final class AccessLists {
    static final AccessLists NONE = new AccessLists(List.of());

    /** The effect of a list on its entries. */
    public enum Access {
        /** No limit applies, and nothing is charged. */
        ALLOW,
        /** Nothing is let through. */
        DENY
    }

    /**
     * One entry of a list.
     *
     * @param listId the list
     * @param access whether the list allows or denies
     * @param subject the account, client or attribute on the list
     * @param untilMillis the partition's time from which on the entry no longer counts; {@link Long#MAX_VALUE} for ever
     * @param reason why, in the words of the entry's author; may be empty
     */
    public record Listing(String listId, Access access, Subject subject, long untilMillis, String reason) {
        public static final long FOR_EVER = Long.MAX_VALUE;

        boolean counts(Admission admission, long nowMillis) {
            return nowMillis < untilMillis && subject.isOf(admission);
        }

        /** The value that this entry needs as an address and that is none; null if all is well. */
        @Nullable String unreadable(Admission admission) {
            if (subject instanceof OfAttribute of && of.expected() instanceof ValueMatch.InRanges) {
                String actual = admission.attributes().get(of.name());
                return actual != null && IpAddress.read(actual) == null ? actual : null;
            }
            return null;
        }

        private Listing because(String otherReason) {
            return new Listing(listId, access, subject, untilMillis, otherReason);
        }
    }

    /** The subject of an entry of a list. */
    public sealed interface Subject {
        boolean isOf(Admission admission);
    }

    /** Every client of an account. */
    public record OfAccount(String account) implements Subject {
        @Override
        public boolean isOf(Admission admission) {
            return account.equals(admission.account());
        }
    }

    /** A client ID and everything below it: {@code acme/team-a} is also {@code acme/team-a/alice}. */
    public record OfClient(String clientId) implements Subject {
        @Override
        public boolean isOf(Admission admission) {
            String asked = admission.clientId();
            return asked.startsWith(clientId)
                    && (asked.length() == clientId.length() || asked.charAt(clientId.length()) == '/');
        }
    }

    /** Every request with such an attribute. */
    public record OfAttribute(String name, ValueMatch expected) implements Subject {
        @Override
        public boolean isOf(Admission admission) {
            String actual = admission.attributes().get(name);
            return actual != null && expected.matches(actual);
        }
    }

    /** A listing and its position in the document. */
    private record Placed(int place, Listing listing) {}

    private final int size;
    private final Map<String, List<Placed>> byAccount = new HashMap<>();
    private final Map<String, Map<String, List<Placed>>> byAttributeValue = new HashMap<>();
    private final List<Placed> others = new ArrayList<>();
    private final boolean deniesUnreadable;

    AccessLists(List<Listing> listings) {
        this(listings, /* deniesUnreadable= */ false);
    }

    /**
     * The lists of a ruleset.
     *
     * @param deniesUnreadable whether an attribute that is no address counts as being in every range that is denied
     */
    AccessLists(List<Listing> listings, boolean deniesUnreadable) {
        this.size = listings.size();
        this.deniesUnreadable = deniesUnreadable;
        for (int i = 0; i < listings.size(); i++) {
            file(new Placed(i, listings.get(i)));
        }
    }

    private void file(Placed placed) {
        Subject subject = placed.listing().subject();
        if (subject instanceof OfAccount of) {
            byAccount.computeIfAbsent(of.account(), absent -> new ArrayList<>()).add(placed);
        } else if (subject instanceof OfClient of) {
            String account = of.clientId().split("/", 2)[0];
            byAccount.computeIfAbsent(account, absent -> new ArrayList<>()).add(placed);
        } else if (subject instanceof OfAttribute of && of.expected() instanceof ValueMatch.OneOf oneOf) {
            Map<String, List<Placed>> byValue = byAttributeValue.computeIfAbsent(of.name(), absent -> new HashMap<>());
            oneOf.values()
                    .forEach(value -> byValue.computeIfAbsent(value, absent -> new ArrayList<>())
                            .add(placed));
        } else {
            others.add(placed);
        }
    }

    /** How many entries there are. */
    public int size() {
        return size;
    }

    /** The entry that answers the admission, or null if none does. */
    public @Nullable Listing find(Admission admission, long nowMillis) {
        return find(admission, nowMillis, deniesUnreadable);
    }

    /** The entry of these lists or of the later ones that answers, or null; a deny comes first, then these lists. */
    public @Nullable Listing find(Admission admission, long nowMillis, AccessLists later) {
        Listing own = find(admission, nowMillis);
        if (later.size == 0 || (own != null && own.access() == Access.DENY)) {
            return own;
        }
        Listing found = later.find(admission, nowMillis, deniesUnreadable);
        return own == null || (found != null && found.access() == Access.DENY) ? found : own;
    }

    private @Nullable Listing find(Admission admission, long nowMillis, boolean deniesNoAddress) {
        if (size == 0) {
            return null;
        }
        Placed found = first(null, byAccount.get(admission.account()), admission, nowMillis);
        for (Map.Entry<String, Map<String, List<Placed>>> attribute : byAttributeValue.entrySet()) {
            String value = admission.attributes().get(attribute.getKey());
            if (value != null) {
                found = first(found, attribute.getValue().get(value), admission, nowMillis);
            }
        }
        found = first(found, others, admission, nowMillis);
        if (deniesNoAddress && (found == null || found.listing().access() == Access.ALLOW)) {
            Listing denied = unreadable(admission, nowMillis);
            if (denied != null) {
                return denied;
            }
        }
        return found == null ? null : found.listing();
    }

    private @Nullable Listing unreadable(Admission admission, long nowMillis) {
        for (Placed candidate : others) {
            Listing listing = candidate.listing();
            String value = listing.access() == Access.DENY && nowMillis < listing.untilMillis()
                    ? listing.unreadable(admission)
                    : null;
            if (value != null) {
                return listing.because("\"" + Mismatch.cut(value) + "\" is not an IP address");
            }
        }
        return null;
    }

    /** The attributes that some entry compares with address ranges. */
    Set<String> addressAttributes() {
        Set<String> names = new TreeSet<>();
        for (Placed placed : others) {
            if (placed.listing().subject() instanceof OfAttribute of && of.expected() instanceof ValueMatch.InRanges) {
                names.add(of.name());
            }
        }
        return names;
    }

    private static @Nullable Placed first(
            @Nullable Placed best, @Nullable List<Placed> candidates, Admission admission, long nowMillis) {
        Placed first = best;
        if (candidates != null) {
            for (Placed candidate : candidates) {
                if ((first == null || precedes(candidate, first))
                        && candidate.listing().counts(admission, nowMillis)) {
                    first = candidate;
                }
            }
        }
        return first;
    }

    private static boolean precedes(Placed one, Placed other) {
        if (one.listing().access() != other.listing().access()) {
            return one.listing().access() == Access.DENY;
        }
        return one.place() < other.place();
    }
}
