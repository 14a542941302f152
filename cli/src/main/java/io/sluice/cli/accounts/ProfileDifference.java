package io.sluice.cli.accounts;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.MemberNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The changes that make a profile like another one: none if it is. */
final class ProfileDifference {
    /** The members of a line; those that say how the profile came about are not read. */
    private static final List<String> MEMBERS =
            List.of("account", "tier", "limits", "listing", "credits", "v", "version", "changed");

    private ProfileDifference() {}

    /** One change, as the admin port takes it. */
    record Step(String action, Map<String, Object> members) {
        @Override
        public String toString() {
            return members.isEmpty() ? action : action + " " + members;
        }
    }

    /** The account of a line. */
    static String account(Map<?, ?> wanted) throws WireException {
        MemberNames.of(MEMBERS).check(wanted.keySet());
        if (!(wanted.get("account") instanceof String account) || account.isEmpty() || account.indexOf('/') >= 0) {
            throw new WireException("account", wanted.get("account") + " (expected: the first segment of a client ID)");
        }
        return account;
    }

    /**
     * The changes from one profile to another.
     *
     * @param nowMillis a listing that is over by then counts as none
     */
    static List<Step> between(Map<?, ?> current, Map<?, ?> wanted, long nowMillis) throws WireException {
        List<Step> steps = new ArrayList<>();
        String tier = text("tier", wanted);
        if (tier != null && !tier.equals(current.get("tier"))) {
            steps.add(new Step("set-tier", Map.of("tier", tier)));
        } else if (tier == null && current.get("tier") != null) {
            steps.add(new Step("clear-tier", Map.of()));
        }
        limits(object("limits", current), object("limits", wanted), steps);
        Map<?, ?> listed = inForce(object("listing", current), nowMillis);
        Map<?, ?> listing = inForce(object("listing", wanted), nowMillis);
        if (!listed.equals(listing)) {
            steps.add(listing.isEmpty() ? new Step("unlist", Map.of()) : listing(listing));
        }
        credits(credits(current, nowMillis), credits(wanted, nowMillis), steps);
        return steps;
    }

    /** Credits by their names, without those that are over. */
    private static Map<String, Map<?, ?>> credits(Map<?, ?> profile, long nowMillis) throws WireException {
        Map<String, Map<?, ?>> credits = new TreeMap<>();
        Object list = profile.get("credits");
        if (list == null) {
            return credits;
        }
        if (!(list instanceof List<?> items)) {
            throw new WireException("credits", list + " (expected: a list)");
        }
        for (Object item : items) {
            if (!(item instanceof Map<?, ?> credit) || !(credit.get("id") instanceof String id)) {
                throw new WireException("credits", item + " (expected: a credit with its id)");
            }
            if (!inForce(credit, nowMillis).isEmpty()) {
                credits.put(id, credit);
            }
        }
        return credits;
    }

    /** The use of a credit is not part of an import, so an equal credit of the same name stays as it is. */
    private static void credits(Map<String, Map<?, ?>> current, Map<String, Map<?, ?>> wanted, List<Step> steps) {
        current.forEach((id, credit) -> {
            if (!credit.equals(wanted.get(id))) {
                steps.add(new Step("remove-credit", Map.of("credit", id)));
            }
        });
        wanted.forEach((id, credit) -> {
            if (!credit.equals(current.get(id))) {
                Map<String, Object> members = new LinkedHashMap<>();
                members.put("credit", id);
                credit.forEach((name, value) -> {
                    if (!name.equals("id")) {
                        members.put(String.valueOf(name), value);
                    }
                });
                steps.add(new Step("add-credit", members));
            }
        });
    }

    private static void limits(Map<?, ?> current, Map<?, ?> wanted, List<Step> steps) throws WireException {
        new TreeMap<>(current).forEach((limit, fields) -> {
            if (!wanted.containsKey(limit)) {
                steps.add(new Step("remove-override", Map.of("limit", limit)));
            }
        });
        for (Map.Entry<?, ?> override : new TreeMap<>(wanted).entrySet()) {
            Object limit = override.getKey();
            Object fields = override.getValue();
            if (!(fields instanceof Map<?, ?>)) {
                throw new WireException("limits." + limit, fields + " (expected: an object)");
            }
            if (!fields.equals(current.get(limit))) {
                Map<String, Object> members = new LinkedHashMap<>();
                members.put("limit", limit);
                members.put("override", fields);
                steps.add(new Step("override", members));
            }
        }
    }

    private static Map<?, ?> inForce(Map<?, ?> listing, long nowMillis) {
        return listing.get("untilMillis") instanceof Long until && until <= nowMillis ? Map.of() : listing;
    }

    private static Step listing(Map<?, ?> listing) throws WireException {
        String access = text("access", listing);
        if (access == null || (!access.equals("allow") && !access.equals("deny"))) {
            throw new WireException("listing.access", access + " (expected: allow or deny)");
        }
        MemberNames.of(List.of("access", "untilMillis", "message")).check(listing.keySet());
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name : List.of("untilMillis", "message")) {
            if (listing.get(name) != null) {
                members.put(name, listing.get(name));
            }
        }
        return new Step(access, members);
    }

    private static @Nullable String text(String name, Map<?, ?> members) throws WireException {
        Object value = members.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new WireException(name, value + " (expected: a text)");
    }

    private static Map<?, ?> object(String name, Map<?, ?> members) throws WireException {
        Object value = members.get(name);
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> object) {
            return object;
        }
        throw new WireException(name, value + " (expected: an object)");
    }
}
