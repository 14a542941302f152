package io.sluice.api.auth;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.ClientId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The accounts that a caller may use on the data port, as patterns: {@code acme} is one account, {@code team-*} are
 * all accounts with this prefix, {@code *} is every account.
 *
 * @param names accounts, each for itself
 * @param prefixes beginnings of accounts; an empty one is every account's
 */
public record AllowedAccounts(Set<String> names, Set<String> prefixes) {
    /** Patterns of one caller. */
    public static final int PATTERNS_MAX = 100;

    public static final AllowedAccounts NONE = new AllowedAccounts(Set.of(), Set.of());
    public static final AllowedAccounts ALL = new AllowedAccounts(Set.of(), Set.of(""));

    private static final String ANY_END = "*";

    public AllowedAccounts {
        names = Set.copyOf(names);
        prefixes = Set.copyOf(prefixes);
    }

    /**
     * The accounts of a list of patterns.
     *
     * @throws IllegalArgumentException if one is no pattern, or there are too many
     */
    public static AllowedAccounts of(Collection<String> patterns) {
        if (patterns.size() > PATTERNS_MAX) {
            throw new IllegalArgumentException(
                    patterns.size() + " account patterns (expected: at most " + PATTERNS_MAX + ")");
        }
        Set<String> names = new LinkedHashSet<>();
        Set<String> prefixes = new LinkedHashSet<>();
        for (String pattern : patterns) {
            boolean isPrefix = pattern.endsWith(ANY_END);
            String text = isPrefix ? pattern.substring(0, pattern.length() - 1) : pattern;
            // A prefix is valid if some account begins with it: what matters is not where it ends.
            boolean isUsable = !text.isBlank() && isAccount(isPrefix ? text + "x" : text);
            if (!isUsable && !pattern.equals(ANY_END)) {
                throw new IllegalArgumentException("account pattern \"" + text + (isPrefix ? ANY_END : "")
                        + "\" (expected: an account, its beginning and *, or * for all)");
            }
            (isPrefix ? prefixes : names).add(text);
        }
        return new AllowedAccounts(names, prefixes);
    }

    /** An account as requests may have it, without the mark of patterns. */
    private static boolean isAccount(String text) {
        try {
            ClientId id = ClientId.parse("account", text);
            return id.account().equals(text) && !text.contains(ANY_END);
        } catch (WireException e) {
            return false;
        }
    }

    public boolean covers(String account) {
        if (names.contains(account)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (account.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Whether every account is covered. */
    public boolean coversAll() {
        return prefixes.contains("");
    }

    public boolean isEmpty() {
        return names.isEmpty() && prefixes.isEmpty();
    }

    /** The patterns, in alphabetical order. */
    public Set<String> patterns() {
        Set<String> patterns = new TreeSet<>(names);
        prefixes.forEach(prefix -> patterns.add(prefix + ANY_END));
        return patterns;
    }
}
