package io.sluice.engine.bucket;

/**
 * The amount by which a token bucket is below full: {@code tokens} less {@code parts} of one token.
 *
 * @param tokens whole tokens missing
 * @param parts parts of one token that have flowed back already, each {@code 1 / rate.periodMillis} of it; 0 when no
 *     token is missing
 */
record Shortfall(long tokens, long parts) {
    static final Shortfall NONE = new Shortfall(0, 0);

    static Shortfall ofTokens(long tokens) {
        return new Shortfall(tokens, 0);
    }

    boolean isNone() {
        return tokens == 0;
    }

    Shortfall min(Shortfall other) {
        boolean less = tokens < other.tokens || (tokens == other.tokens && parts > other.parts);
        return less ? this : other;
    }

    /**
     * What is left of this without {@code other}, which is not larger.
     *
     * @param partsPerToken what {@code parts} are counted in
     */
    Shortfall minus(Shortfall other, long partsPerToken) {
        long wholes = tokens - other.tokens;
        long rest = parts - other.parts;
        return rest < 0 ? new Shortfall(wholes + 1, rest + partsPerToken) : new Shortfall(wholes, rest);
    }

    /** Whole tokens that are certainly missing, whatever a part is. */
    Shortfall roundedDown() {
        return parts == 0 ? this : ofTokens(tokens - 1);
    }
}
