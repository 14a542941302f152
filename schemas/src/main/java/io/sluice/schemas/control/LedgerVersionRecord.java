package io.sluice.schemas.control;

/**
 * A record that activates a ledger version in a partition: the payload of a control record.
 *
 * <p>It changes nothing if this version or a newer one is in force. So sending it again does no harm.
 *
 * @param version the version, from 1 on
 * @param principal the operator
 * @param reason why it was activated
 */
public record LedgerVersionRecord(int version, String principal, String reason) {
    public static final int VERSION_MAX = 1_000;
}
