package io.sluice.schemas.control;

import io.sluice.schemas.request.ControlRecord;

/**
 * The keys that a request partition trusts: the rules writer's, and those for commands.
 *
 * @param rules prove ruleset revisions, access entries, the rules writer's entries of the audit trail, and clock marks
 * @param commands prove commands to the rules writer and to accounts, challenge tokens, health signals and ledger
 *     versions
 */
public record TrustedKeys(VerifyingKeys rules, VerifyingKeys commands) {
    public TrustedKeys {
        if (rules.overlap(commands)) {
            throw new IllegalArgumentException(
                    "public keys: the same key for rules and for commands (expected: two key pairs, so that a front end"
                            + " cannot sign rules)");
        }
    }

    /** Whether a clock mark was signed by an app, or by an operator. */
    public boolean verifyMark(ControlRecord record) {
        return verify(SignedKind.CLOCK_MARK, record) || verify(SignedKind.CLOCK_COMMAND, record);
    }

    /** Whether the record was signed as this kind, with a key that may sign it. */
    public boolean verify(SignedKind kind, ControlRecord record) {
        return switch (kind) {
            case RULES, ACCESS, RULES_AUDIT, CLOCK_MARK, MESSAGE_SECRET -> rules.verify(kind, record);
            case RULES_COMMAND, ACCOUNT_COMMAND, CLOCK_COMMAND, CHALLENGE, SIGNAL, LEDGER_VERSION ->
                commands.verify(kind, record);
        };
    }
}
