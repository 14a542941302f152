package io.sluice.api;

/** Why the request API could not be started, in one sentence; nothing of it is left running. */
public final class RequestApiStartException extends Exception {
    RequestApiStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
