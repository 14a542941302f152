package io.sluice.api;

/** An exception that says in one sentence why the request API could not start; nothing of it is left running. */
public final class RequestApiStartException extends Exception {
    RequestApiStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
