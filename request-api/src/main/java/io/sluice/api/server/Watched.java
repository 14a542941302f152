package io.sluice.api.server;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.server.internal.HttpConnection;

/** The state of one connection, as the periodic check sees it. */
final class Watched {
    private static final long NEVER = Long.MIN_VALUE;

    private final HttpConnection connection;
    private long requests;
    private long bytesAtRest;
    private boolean wasBusy;
    private long idleSinceNanos;
    /** Since when a head is on its way; so is the first one of a connection, from its opening. */
    private long headSinceNanos;
    /** Since when the answer to the last request waits for its caller to read. */
    private long unreadSinceNanos = NEVER;

    Watched(HttpConnection connection, long openedNanos) {
        this.connection = connection;
        this.headSinceNanos = openedNanos;
        this.idleSinceNanos = openedNanos;
    }

    HttpConnection connection() {
        return connection;
    }

    void look(long nowNanos) {
        long requestsNow = connection.getMessagesIn();
        boolean hasMoved = requestsNow != requests;
        boolean isBusy = connection.getHttpChannel().getRequest() != null;
        lookAtAnswer(hasMoved, nowNanos);
        lookAtHead(isBusy || wasBusy || hasMoved, nowNanos);
        requests = requestsNow;
        wasBusy = isBusy;
    }

    private void lookAtAnswer(boolean hasMoved, long nowNanos) {
        boolean isUnread = connection.getEndPoint() instanceof AbstractEndPoint endPoint
                && endPoint.getWriteFlusher().isPending();
        if (!isUnread) {
            unreadSinceNanos = NEVER;
        } else if (hasMoved || unreadSinceNanos == NEVER) {
            unreadSinceNanos = nowNanos;
        }
    }

    private void lookAtHead(boolean hadRequest, long nowNanos) {
        long bytesNow = connection.getBytesIn();
        if (hadRequest) {
            headSinceNanos = NEVER;
            idleSinceNanos = nowNanos;
            bytesAtRest = bytesNow;
        } else if (headSinceNanos == NEVER && bytesNow > bytesAtRest) {
            headSinceNanos = nowNanos;
        }
    }

    boolean isUnread() {
        return unreadSinceNanos != NEVER;
    }

    long headMillis(long nowNanos) {
        return millisSince(headSinceNanos, nowNanos);
    }

    long unreadMillis(long nowNanos) {
        return millisSince(unreadSinceNanos, nowNanos);
    }

    long idleMillis(long nowNanos) {
        return wasBusy ? 0 : millisSince(idleSinceNanos, nowNanos);
    }

    private static long millisSince(long sinceNanos, long nowNanos) {
        return sinceNanos == NEVER ? 0 : TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos);
    }
}
