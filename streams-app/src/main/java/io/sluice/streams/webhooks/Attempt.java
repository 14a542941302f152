package io.sluice.streams.webhooks;

import java.util.Locale;

/** The result of one attempt to post an alert. */
enum Attempt {
    DELIVERED,
    /** The receiver refused the alert, by a redirect or a status 400 to 499. */
    REFUSED,
    /** The receiver asks for another attempt: 408, 425, 429, or 500 and above. */
    STATUS,
    /** No status came in time. */
    TIMEOUT,
    /** The host name cannot be resolved. */
    NAME,
    /** Alerts must not go to the address of the host. */
    ADDRESS,
    /** The certificate is not trusted, or the receiver does not speak TLS. */
    TLS,
    /** The receiver cannot be reached, closes the connection, or does not speak HTTP. */
    CONNECTION;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;

    private final String cause = name().toLowerCase(Locale.ROOT);

    /** The label of metrics. */
    String cause() {
        return cause;
    }

    static Attempt of(int status) {
        if (status >= 200 && status < 300) {
            return DELIVERED;
        }
        boolean again = status == REQUEST_TIMEOUT || status == TOO_EARLY || status == TOO_MANY_REQUESTS;
        return status >= 300 && status < 500 && !again ? REFUSED : STATUS;
    }
}
