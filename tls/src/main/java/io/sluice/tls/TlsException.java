package io.sluice.tls;

/** An exception that says in one sentence why certificates or keys cannot be used; it never quotes a private key. */
public final class TlsException extends Exception {
    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
