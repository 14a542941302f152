package io.sluice.engine.state;

/**
 * The charge of one limit, if it is not simply the cost of the admission.
 *
 * @param cost tokens that were wanted of it
 * @param charged tokens that were taken from the bucket; below 0 if they were given back
 */
public record MeteredCharge(long cost, long charged) {
    /** Tokens that were used and could not be charged: the bucket was as far below empty as it may be. */
    public long uncharged() {
        return Math.max(0, cost - charged);
    }

    MeteredCharge plus(MeteredCharge other) {
        return new MeteredCharge(cost + other.cost, charged + other.charged);
    }
}
