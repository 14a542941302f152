package io.sluice.schemas.usage;

import io.sluice.schemas.WireException;
import java.util.List;

/** The value by which accounts or addresses are ranked. */
public enum Ranking {
    /** Accounts by requests that were denied or challenged. */
    DENIED("denied"),
    /** Accounts by the tokens that such requests asked for. */
    DENIED_COST("denied-cost"),
    /** Accounts by the tokens that were charged, without those that were given back. */
    USED_COST("used-cost"),
    /** Accounts by different clients. */
    CLIENTS("clients"),
    /** Callers' addresses by requests that were denied or challenged. */
    ADDRESS("address");

    public static final List<Ranking> ALL = List.of(values());

    private final String wireName;

    Ranking(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }

    /** Whether a key can be in several partitions: accounts are in one, addresses in all. */
    public boolean isSpread() {
        return this == ADDRESS;
    }

    /** The ranking of this name. */
    public static Ranking of(String field, String wireName) throws WireException {
        for (Ranking ranking : ALL) {
            if (ranking.wireName.equals(wireName)) {
                return ranking;
            }
        }
        throw new WireException(field, wireName + " (expected: denied, denied-cost, used-cost, clients or address)");
    }
}
