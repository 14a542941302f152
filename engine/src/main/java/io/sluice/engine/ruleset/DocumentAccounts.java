package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of accounts in the document: of single ones, and of all whose names begin alike.
 *
 * <p>Each setting comes from the most specific entry that has it: the account's own, then the longest pattern, then
 * shorter ones. All of that is put together when the document is compiled, so an account reads one entry.
 */
final class DocumentAccounts {
    static final DocumentAccounts NONE = new DocumentAccounts(Map.of());

    /** The end of a pattern. */
    static final char ANYTHING = '*';

    private static final Entry NOTHING = new Entry(null, Map.of());

    private final Map<String, Entry> byAccount = new HashMap<>();
    private final Map<String, Entry> byPrefix = new HashMap<>();
    /** The lengths of prefixes, longest first: an account is looked up once for each. */
    private final int[] prefixLengths;

    /**
     * What the document says of one account, or of all with a prefix.
     *
     * @param tier null if it says nothing of it
     * @param overrides how limits count, by limit ID, where it differs
     */
    record Entry(@Nullable String tier, Map<String, Algorithm> overrides) {
        Entry {
            overrides = Map.copyOf(overrides);
        }

        /** This entry, completed by the settings of the other that this one does not have. */
        private Entry over(Entry other) {
            Map<String, Algorithm> all = new HashMap<>(other.overrides);
            all.putAll(overrides);
            return new Entry(tier == null ? other.tier : tier, all);
        }
    }

    /** The entries by account or pattern. */
    DocumentAccounts(Map<String, Entry> entries) {
        this.prefixLengths = entries.keySet().stream()
                .filter(DocumentAccounts::isPattern)
                .mapToInt(pattern -> pattern.length() - 1)
                .distinct()
                .boxed()
                .sorted(Comparator.reverseOrder())
                .mapToInt(Integer::intValue)
                .toArray();
        // Complete shorter patterns first, because longer ones take settings from them.
        List<String> patterns = entries.keySet().stream()
                .filter(DocumentAccounts::isPattern)
                .sorted(Comparator.comparingInt(String::length))
                .toList();
        for (String pattern : patterns) {
            String prefix = pattern.substring(0, pattern.length() - 1);
            byPrefix.put(prefix, entry(pattern, entries).over(byPattern(prefix)));
        }
        entries.forEach((account, entry) -> {
            if (!isPattern(account)) {
                byAccount.put(account, entry.over(byPattern(account)));
            }
        });
    }

    private static Entry entry(String name, Map<String, Entry> entries) {
        return entries.getOrDefault(name, NOTHING);
    }

    static boolean isPattern(String name) {
        return !name.isEmpty() && name.charAt(name.length() - 1) == ANYTHING;
    }

    private Entry of(String account) {
        Entry own = byAccount.get(account);
        return own == null ? byPattern(account) : own;
    }

    private Entry byPattern(String account) {
        for (int length : prefixLengths) {
            Entry found = length <= account.length() ? byPrefix.get(account.substring(0, length)) : null;
            if (found != null) {
                return found;
            }
        }
        return NOTHING;
    }

    /** Whether there is an entry for this account alone. */
    boolean names(String account) {
        return byAccount.containsKey(account);
    }

    /** The account's tier; null if the document does not say. */
    @Nullable String tier(String account) {
        return of(account).tier();
    }

    /** How limits count for the account, by limit ID, where it differs. */
    Map<String, Algorithm> overrides(String account) {
        return of(account).overrides();
    }

    /** Visits every override with an account that has it; for a pattern, the account of which nothing more is known. */
    void visitOverrides(BiConsumer<String, String> visitor) {
        byAccount.forEach((account, entry) -> entry.overrides().keySet().forEach(id -> visitor.accept(account, id)));
        byPrefix.forEach((prefix, entry) -> entry.overrides().keySet().forEach(id -> visitor.accept(prefix, id)));
    }
}
