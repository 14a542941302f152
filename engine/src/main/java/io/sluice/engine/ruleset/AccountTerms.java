package io.sluice.engine.ruleset;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an account's profile says of how limits count for it. It comes before what the document says under {@code
 * accounts}; a tier or limit that the document does not know is passed over.
 *
 * @param tier its tier; null for the document's
 * @param overrides by limit ID, in that order
 */
public record AccountTerms(@Nullable String tier, Map<String, LimitOverride> overrides) {
    public static final AccountTerms NONE = new AccountTerms(null, Map.of());

    public AccountTerms {
        overrides = overrides.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(overrides));
    }

    public AccountTerms withTier(@Nullable String other) {
        return new AccountTerms(other, overrides);
    }

    /** These terms with another override of one limit; null for none. */
    public AccountTerms with(String limitId, @Nullable LimitOverride override) {
        Map<String, LimitOverride> changed = new TreeMap<>(overrides);
        if (override == null) {
            changed.remove(limitId);
        } else {
            changed.put(limitId, override);
        }
        return new AccountTerms(tier, changed);
    }
}
