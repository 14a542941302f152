package io.sluice.schemas.alert;

/** One record of the alert topic. */
public sealed interface Alert permits ThresholdAlert, SpikeAlert, BurnRateAlert {
    /** The account that it is about. */
    String account();

    /** The limit that it is about; empty for the account as a whole. */
    String limitId();

    /** The partition's time at which it was due, milliseconds since the epoch. */
    long decidedAtMillis();
}
