package io.sluice.schemas.account;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one account in addition to the ruleset.
 *
 * @param version 0 for an account that was never changed, and one more for each change
 * @param tier its tier; null for that of the ruleset
 * @param limits how limits count for it, by limit ID, as JSON text of the fields that a ruleset has for that
 * @param listing whether it is allowed or denied; perhaps expired
 * @param changed the last change; null for version 0
 * @param credits tokens on top of limits, in the order in which they were added; perhaps expired
 */
public record Profile(
        String account,
        long version,
        @Nullable String tier,
        Map<String, String> limits,
        @Nullable Listing listing,
        @Nullable Change changed,
        List<Credit> credits) {

    /** A profile without credits. */
    public Profile(
            String account,
            long version,
            @Nullable String tier,
            Map<String, String> limits,
            @Nullable Listing listing,
            @Nullable Change changed) {
        this(account, version, tier, limits, listing, changed, List.of());
    }

    public Profile {
        credits = List.copyOf(credits);
        limits = Collections.unmodifiableMap(new TreeMap<>(limits));
    }

    /**
     * The account is allowed, or denied, whatever its limits decide.
     *
     * @param untilMillis the partition's time from which on this no longer counts; null for ever
     * @param message the message for callers; may be empty
     */
    public record Listing(boolean allow, @Nullable Long untilMillis, String message) {}

    /**
     * Tokens that one bucket has on top of its limit, for a time.
     *
     * @param id its name among those of the account
     * @param scope a value for each dimension of the limit's scope but the account
     * @param first whether it is used before the limit's own tokens
     * @param fromMillis the partition's time from which on it counts; 0 for always
     * @param untilMillis the partition's time from which on it no longer counts; null for ever
     */
    public record Credit(
            String id,
            String limitId,
            List<String> scope,
            long tokens,
            boolean first,
            long fromMillis,
            @Nullable Long untilMillis) {
        public Credit {
            scope = List.copyOf(scope);
        }
    }

    /** The last change: who made it, when (by the log's time), and why. */
    public record Change(long atMillis, String principal, String reason) {}
}
