package io.sluice.broker;

/** Why a broker could not be started, in one sentence; no part of it is left running. */
public final class BrokerStartException extends Exception {
    BrokerStartException(String message) {
        super(message);
    }

    BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
