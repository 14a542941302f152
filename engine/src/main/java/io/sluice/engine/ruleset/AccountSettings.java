package io.sluice.engine.ruleset;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an account's profile: how limits count for the account. They take precedence over the document's
 * {@code accounts}. A tier or limit that the document does not know is skipped.
 *
 * @param tier its tier; null for the document's
 * @param overrides by limit ID, in that order
 */
public record AccountSettings(@Nullable String tier, Map<String, LimitOverride> overrides) {
    public static final AccountSettings NONE = new AccountSettings(null, Map.of());

    public AccountSettings {
        overrides = overrides.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(overrides));
    }

    public AccountSettings withTier(@Nullable String other) {
        return new AccountSettings(other, overrides);
    }

    /** These settings with another override of one limit; null for none. */
    public AccountSettings with(String limitId, @Nullable LimitOverride override) {
        Map<String, LimitOverride> changed = new TreeMap<>(overrides);
        if (override == null) {
            changed.remove(limitId);
        } else {
            changed.put(limitId, override);
        }
        return new AccountSettings(tier, changed);
    }
}
