package io.sluice.schemas.wide;

/**
 * A charge to a wide bucket, to be kept or given back once the request is decided.
 *
 * @param owner the partition of the bucket
 * @param offset of the record there that made the charge
 * @param atMillis when, in the owner's time
 * @param revision the ruleset revision that made it
 * @param scope the scope value of the bucket that paid
 * @param tokens what it paid
 */
public record ChargeVoucher(int owner, long offset, long atMillis, long revision, String scope, long tokens) {}
