package io.sluice.gateway;

/** The gateway cannot start: its port is in use. */
public final class GatewayStartException extends Exception {
    GatewayStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
