package io.sluice.gateway;

import org.jspecify.annotations.Nullable;

/** Who may call the gateway, and for which accounts; called by the threads that read connections, so it never waits. */
@FunctionalInterface
public interface GatewayCallers {
    /** Everybody who reaches the port, for every account: behind something that knows its callers. */
    GatewayCallers EVERYBODY = authorization -> account -> true;

    /** A caller that proved who it is. */
    @FunctionalInterface
    interface GatewayCaller {
        /** Whether it may speak for the account. */
        boolean covers(String account);
    }

    /**
     * The caller that this proves; null if it proves none.
     *
     * @param authorization the field of that name, such as {@code Bearer KEY}; null if the call has none
     */
    @Nullable GatewayCaller caller(@Nullable String authorization);
}
