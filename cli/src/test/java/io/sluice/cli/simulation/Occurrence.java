package io.sluice.cli.simulation;

/** What can occur in a simulation; a run over enough seeds in which one of these never occurs has failed. */
enum Occurrence {
    CRASH_AMID_RECORDS("an app dies between two records; its transaction is aborted"),
    CRASH_BEFORE_COMMIT("an app dies with everything written, and no commit"),
    CRASH_AFTER_COMMIT("an app dies right after its commit"),
    SEND_FAILED("a send fails within a record; the same tasks start again from the changelog"),
    APP_FENCED("an app is paused until others have its partitions"),
    APP_PAUSED("an app is paused for a short time"),
    ALL_APPS_DOWN("no app is alive for a while"),
    PARTITION_MOVED("a partition moves between two apps that are alive"),
    STANDBY_TOOK_OVER("a partition starts from a copy that lags behind"),
    STORE_RESTORED("a partition starts from its changelog alone"),
    OFFSETS_MOVED_BACK("the group's offset of a partition is moved back"),
    RECORD_REDELIVERED("a record is read again after it was decided"),
    RECORD_DUPLICATED("a producer's retry appends a record twice"),
    OFFSET_SKIPPED("offsets without a record, as transactions leave them"),
    PARTITION_DELAYED("one partition is not read for a while"),
    BROKER_CLOCK_BACK("a leader's clock goes back"),
    BROKER_CLOCK_AHEAD("a leader's clock goes ahead, less than a minute"),
    BROKER_CLOCK_LEAPT("a leader's clock goes ahead by more than a minute"),
    APP_CLOCK_STEPPED("an app's clock is set"),
    CLOCK_MARK_WRITTEN("an app writes a clock mark"),
    CLOCK_MARK_LOST("a clock mark is lost"),
    FRONT_END_CRASHED("a front end dies with its leases"),
    FRONT_END_PAUSED("a front end is stopped, and goes on"),
    REPLIES_INTERRUPTED("a front end misses replies for a while"),
    REPLY_LOST("a reply is lost in a crash"),
    REPLY_OF_ABORTED_SEEN("a reply is read whose transaction is aborted later"),
    QUIET_PERIOD("nobody sends anything for a while"),
    ADMISSION("an admission"),
    PEEK("an admission at no cost"),
    WAITING_ADMISSION("an admission that may wait"),
    DELAYED_ALLOW("an admission is allowed, and delayed"),
    KEYED_ADMISSION("an admission with an idempotency key"),
    KEY_RETRIED("the same key again, with the same request"),
    KEY_RETRIED_AT_EXPIRY("the same key again, within a millisecond of its expiry"),
    KEY_REUSED("the same key with another request"),
    CALLER_RETRIED("a caller whose time is over asks again under its key"),
    BATCH("a batch"),
    BATCH_DENIED("a batch is denied as a whole"),
    RESERVATION("a reservation"),
    COMMITTED("a commit"),
    CANCELLED("a cancel"),
    SETTLED_AT_EXPIRY("a commit or cancel within a millisecond of the expiry"),
    SETTLED_TWICE("a second commit or cancel of one reservation"),
    RELEASED("slots are released"),
    HOLD_EXPIRED("a hold expires"),
    LEASE_GRANTED("a front end gets a lease"),
    LEASE_REPORTED("a front end reports a lease"),
    LEASE_LATE("a report comes after the lease expired, or was void"),
    LOCAL_ALLOW("a front end allows out of a lease"),
    LOCAL_DENY("a front end repeats a denial, or a lease has too little"),
    REVOKED("a front end learns that leases are void"),
    RULES_ACTIVATED("a ruleset takes effect"),
    OLD_RULES_AGAIN("an older ruleset is written once more"),
    ACCOUNT_TIER("a command sets a tier"),
    ACCOUNT_OVERRIDE("a command sets an override"),
    ACCOUNT_LISTING("a command lists an account"),
    ACCOUNT_RESET("a command resets buckets"),
    ACCOUNT_GRANT("a command grants tokens"),
    ACCOUNT_REFUSED("a command names an old version"),
    BAD_RECORD("a malformed, forged or misplaced record"),
    QUERY("a quota query, an explanation or a ping"),
    ALERT("a threshold is crossed"),
    IDEMPOTENT_REPLAY("an answer is repeated for its key"),
    DENIED("an admission is denied"),
    TIMED_OUT("a caller gives up");

    private final String meaning;

    Occurrence(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }
}
