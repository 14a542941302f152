package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import java.util.Map;

/**
 * The settings of single accounts in the document.
 *
 * @param tierByAccount the tier of accounts that do not have the default one
 * @param overridesByAccount how limits count for an account, by limit ID, where it differs
 */
record DocumentAccounts(Map<String, String> tierByAccount, Map<String, Map<String, Algorithm>> overridesByAccount) {
    static final DocumentAccounts NONE = new DocumentAccounts(Map.of(), Map.of());

    DocumentAccounts {
        tierByAccount = Map.copyOf(tierByAccount);
        overridesByAccount = Map.copyOf(overridesByAccount);
    }
}
