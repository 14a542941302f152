package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import java.util.Map;

/**
 * What the document says of single accounts.
 *
 * @param tierByAccount the tier of accounts that have not the default one
 * @param overridesByAccount how limits count for an account, by limit ID, where it differs
 */
record Accounts(Map<String, String> tierByAccount, Map<String, Map<String, Algorithm>> overridesByAccount) {
    static final Accounts NONE = new Accounts(Map.of(), Map.of());

    Accounts {
        tierByAccount = Map.copyOf(tierByAccount);
        overridesByAccount = Map.copyOf(overridesByAccount);
    }
}
