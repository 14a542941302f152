package io.sluice.tls;

/** The choice whether a port asks its callers for a certificate. */
public enum ClientAuth {
    /** It does not ask. */
    OFF,
    /** A caller may have none; one that it shows has to be good. */
    OPTIONAL,
    /** Without a good one there is no connection. */
    REQUIRED
}
