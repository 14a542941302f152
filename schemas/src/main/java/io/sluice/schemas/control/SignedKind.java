package io.sluice.schemas.control;

import java.nio.charset.StandardCharsets;

/**
 * The kind of a signed record, as its signature covers it.
 *
 * <p>The kind is part of the signed message, so a record of one kind never counts as one of another kind, whatever its
 * content looks like.
 */
public enum SignedKind {
    /** A ruleset revision that the rules writer decided; signed with the rules key. */
    RULES("rules"),
    /** The access entries that the rules writer decided; signed with the rules key. */
    ACCESS("access"),
    /** An entry of the audit trail by the rules writer; signed with the rules key. */
    RULES_AUDIT("rules-audit"),
    /** A clock mark of a streams app, written into a request partition; signed with the rules key. */
    CLOCK_MARK("clock-mark"),
    /** A clock mark of an operator, written into a request partition; signed with the command key. */
    CLOCK_COMMAND("clock-command"),
    /** A command to the rules writer; signed with the command key. */
    RULES_COMMAND("rules-command"),
    /** A command to one account; signed with the command key. */
    ACCOUNT_COMMAND("account-command"),
    /** A challenge token, which a front end adds to a verdict; signed with the command key. */
    CHALLENGE("challenge"),
    /** A report of a health signal, written into every request partition; signed with the command key. */
    SIGNAL("signal"),
    /** Not a record: the hash of such a signature by the rules key is the secret for messages between partitions. */
    MESSAGE_SECRET("message-secret"),
    /** A ledger version to activate, written into every request partition; signed with the command key. */
    LEDGER_VERSION("ledger-version");

    private static final String CONTEXT = "sluice.v1.";

    private final byte[] prefix;

    SignedKind(String name) {
        // No name holds a zero, so no prefix and payload can be read as another prefix and payload.
        this.prefix = (CONTEXT + name + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes to sign for a payload. */
    byte[] message(byte[] payload) {
        byte[] message = new byte[prefix.length + payload.length];
        System.arraycopy(prefix, 0, message, 0, prefix.length);
        System.arraycopy(payload, 0, message, prefix.length, payload.length);
        return message;
    }
}
