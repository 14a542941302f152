package io.sluice.tls;

/** Why certificates or keys cannot be used, in one sentence; no part of it quotes a private key. */
public final class TlsException extends Exception {
    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
