package io.sluice.client.fastpath;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.Route;
import java.util.Map;

/** What the ledger decides a request by, but for its cost: requests that are equal in this can share a lease. */
final class LeaseKey {
    /** A key is kept: one that is longer is not worth its memory. */
    private static final int CHARS_MAX = 1_024;

    private final ClientId clientId;
    private final Route route;
    private final Map<String, String> attributes;
    private final Priority priority;
    private final int hash;

    private LeaseKey(AdmissionRequest request) {
        this.clientId = request.clientId();
        this.route = request.route();
        this.attributes = request.attributes();
        this.priority = request.priority();
        this.hash = hashOf();
    }

    static LeaseKey of(AdmissionRequest request) {
        return new LeaseKey(request);
    }

    private int hashOf() {
        int sum = clientId.text().hashCode() * 31 + priority.ordinal();
        // The same object stands for no route, and for no attributes.
        sum = route == Route.NONE ? sum : sum * 31 + route.hashCode();
        return attributes.isEmpty() ? sum : sum * 31 + attributes.hashCode();
    }

    /** Whether it is short enough to be kept. */
    boolean isKeepable() {
        int chars = clientId.text().length()
                + route.method().length()
                + route.path().length()
                + route.host().length();
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            chars += attribute.getKey().length() + attribute.getValue().length();
        }
        return chars <= CHARS_MAX;
    }

    String account() {
        return clientId.account();
    }

    /** The request that all callers of this key share, at this cost. */
    AdmissionRequest admission(long cost) {
        return AdmissionRequest.local(clientId, cost, route, attributes, priority);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LeaseKey key
                && hash == key.hash
                && clientId.text().equals(key.clientId.text())
                && priority == key.priority
                && route.equals(key.route)
                && attributes.equals(key.attributes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
