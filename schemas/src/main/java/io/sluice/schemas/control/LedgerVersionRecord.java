package io.sluice.schemas.control;

/**
 * From here on, a partition is decided as this version of the ledger does: the payload of a control record.
 *
 * <p>A version that is in force, or an older one, changes nothing. So a record that is sent again does no harm.
 *
 * @param version the version, from 1 on
 * @param principal the operator
 * @param reason why it was activated
 */
public record LedgerVersionRecord(int version, String principal, String reason) {
    public static final int VERSION_MAX = 1_000;
}
