package io.sluice.cli.simulation;

/**
 * The defects that a simulation must notice: each breaks one promise, at a place where a real mistake could be.
 *
 * <p>They are views of the state, wrong inputs and wrong commits around the real code. Nothing in the product knows
 * them.
 */
enum Defect {
    NONE("nothing is broken"),
    CHARGES_REDELIVERED("after a restart, the last records are decided once more"),
    FORGETS_KEY_EARLY("an idempotency key is forgotten one millisecond before its time"),
    ROUNDS_REFILL_UP("a token that has begun to flow back counts as there"),
    RULES_ONE_RECORD_LATE("a ruleset decides from the second record after it on"),
    NO_CARRY_OVER("a bucket keeps its content when its limit changes"),
    SETTLES_TWICE("a settled hold stays open"),
    RETURNS_WIDE_LEASE_TWICE("what a lease gives back to a bucket of all accounts is given back twice"),
    FORGETS_WIDE_LEASE("a lease forgets what it has of buckets that all accounts share"),
    LENDS_UNPAID("a bucket that all accounts share lends a token that it is not charged"),
    RETURNS_LEASE_TWICE("what a lease report gives back is given back twice"),
    HALF_OF_BATCH("a batch charges its first bucket only"),
    TIME_GOES_BACK("after a restart, a partition's time goes back to the last stamp"),
    COLD_CACHE_IS_FULL("a bucket that was not read since the start counts as full"),
    IGNORES_LISTING("a profile's listing is not seen"),
    FORGETS_PENALTIES("what penalties remember is lost now and then"),
    FORGETS_CREDITS("what is used of credits is lost now and then"),
    OWN_CLOCK("an app stamps records with its own clock"),
    FORGETS_MESSAGES("messages that are not written are not in the state when a transaction ends"),
    DECISIONS_SURVIVE_ABORT("decisions are written outside of the transaction"),
    STATE_SURVIVES_ABORT("a store keeps what an aborted transaction wrote"),
    STANDBY_BEHIND("a standby starts before it has read all of the changelog"),
    LEASE_OUTLIVES_PAUSE("a front end's clock stands still while it is stopped");

    private final String meaning;

    Defect(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }
}
