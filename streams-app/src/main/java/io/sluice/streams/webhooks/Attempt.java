package io.sluice.streams.webhooks;

import java.util.Locale;

/** What came of one attempt to post an alert. */
enum Attempt {
    DELIVERED,
    /** The receiver answered that it does not want this message: a redirect, or a status 400 to 499. */
    REFUSED,
    /** The receiver asks for another attempt: 408, 425, 429, or 500 and above. */
    STATUS,
    /** No status came in time. */
    TIMEOUT,
    /** Its name is unknown. */
    NAME,
    /** Alerts must not go to its address. */
    ADDRESS,
    /** It cannot be trusted, or does not speak TLS. */
    TLS,
    /** It cannot be reached, closes the connection, or does not speak HTTP. */
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
