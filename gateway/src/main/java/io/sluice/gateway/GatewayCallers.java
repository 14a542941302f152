package io.sluice.gateway;

import org.jspecify.annotations.Nullable;

/** The authentication of callers of the gateway; called by the threads that read connections, so it never waits. */
@FunctionalInterface
public interface GatewayCallers {
    /** Accepts everybody who reaches the port, for every account: only behind a gateway that authenticates callers. */
    GatewayCallers EVERYBODY = authorization -> account -> true;

    /** An authenticated caller. */
    @FunctionalInterface
    interface GatewayCaller {
        /** Whether it may use the account. */
        boolean covers(String account);
    }

    /**
     * The authenticated caller; null if there is none.
     *
     * @param authorization the field of that name, such as {@code Bearer KEY}; null if the call has none
     */
    @Nullable GatewayCaller caller(@Nullable String authorization);
}
