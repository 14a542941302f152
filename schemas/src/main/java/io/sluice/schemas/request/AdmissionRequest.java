package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that asks whether a client may do something now, or in another mode, that reports or undoes what it has
 * done.
 *
 * @param clientId the client that the request is for
 * @param cost tokens requested, 0 to {@link #COST_MAX}; 0 is a peek, which takes none
 * @param route the target of the request
 * @param attributes free-form facts that limits may count by, at most {@link #ATTRIBUTES_MAX}
 * @param requestId the caller's own name for the request, echoed in the answer; never interpreted
 * @param idempotencyKey the same key within the window gives the same verdict, charged once
 * @param reserveMillis how long its tokens are held until they are committed or cancelled; 0 if they are spent at once
 * @param maxWaitMillis how long after the decision its scheduled time may come; 0 if the caller does not wait
 * @param priority its importance; a limit can keep tokens for higher priorities
 * @param exact whether only the ledger may answer: a front end then neither spends a lease nor repeats a denial
 * @param meta a caller's own data for the decision record; never interpreted. Only the ledger writes such a record for
 *     each request, so only the ledger answers a request with meta
 * @param mode whether it asks first, or accounts for what is done
 * @param lease the largest lease that a front end would take with an allow; null if it could not spend one
 */
public record AdmissionRequest(
        ClientId clientId,
        long cost,
        Route route,
        Map<String, String> attributes,
        @Nullable String requestId,
        @Nullable String idempotencyKey,
        long reserveMillis,
        long maxWaitMillis,
        Priority priority,
        boolean exact,
        @Nullable Meta meta,
        RequestMode mode,
        @Nullable LeaseTerms lease)
        implements Request {

    public static final long COST_MAX = 1_000_000_000;
    /** The longest time that a reservation may last, one day. */
    public static final long RESERVE_MILLIS_MAX = 86_400_000;
    /** The longest time that a caller may be ready to wait, a minute. */
    public static final long WAIT_MILLIS_MAX = 60_000;

    public static final int ATTRIBUTES_MAX = 32;
    public static final int ATTRIBUTE_NAME_CHARS_MAX = 64;
    public static final int ATTRIBUTE_VALUE_CHARS_MAX = 256;
    public static final int REQUEST_ID_CHARS_MAX = 128;
    public static final int IDEMPOTENCY_KEY_CHARS_MAX = 128;

    public AdmissionRequest {
        attributes = Map.copyOf(attributes);
    }

    /** A request that a front end may answer by itself; see {@link #onlyLedgerAnswers}. */
    public static AdmissionRequest local(
            ClientId clientId, long cost, Route route, Map<String, String> attributes, Priority priority) {
        return new AdmissionRequest(
                clientId,
                cost,
                route,
                attributes,
                /* requestId= */ null,
                /* idempotencyKey= */ null,
                /* reserveMillis= */ 0,
                /* maxWaitMillis= */ 0,
                priority,
                /* exact= */ false,
                /* meta= */ null,
                RequestMode.CHECK,
                /* lease= */ null);
    }

    /** The same request of a front end that takes a lease beside the answer. */
    public AdmissionRequest taking(@Nullable LeaseTerms terms) {
        return new AdmissionRequest(
                clientId,
                cost,
                route,
                attributes,
                requestId,
                idempotencyKey,
                reserveMillis,
                maxWaitMillis,
                priority,
                exact,
                meta,
                mode,
                terms);
    }

    /** The first member that only the ledger can answer; null if a front end may answer the request by itself. */
    public @Nullable String onlyLedgerAnswers() {
        if (mode != RequestMode.CHECK) {
            return "mode";
        }
        if (reserveMillis > 0) {
            return "reserve";
        }
        if (maxWaitMillis > 0) {
            return "maxWaitMillis";
        }
        if (idempotencyKey != null) {
            return "idempotencyKey";
        }
        if (exact) {
            return "exact";
        }
        return meta == null ? null : "meta";
    }

    /** A request of cost 1 without a route, to be refined. */
    public static Builder of(String clientId) {
        return new Builder().clientId(clientId);
    }

    /**
     * A request of a caller that is known only by its address; see {@link AnonymousClient}.
     *
     * @throws WireException if the text is no address
     */
    public static Builder ofAddress(String address) throws WireException {
        return new Builder()
                .attribute(AnonymousClient.ADDRESS_ATTRIBUTE, address)
                .identified();
    }

    /** Collects the parts in any order; everything is checked in {@link #build}. */
    public static final class Builder {
        private @Nullable String clientId;
        private long cost = 1;
        private Route route = Route.NONE;
        private final Map<String, String> attributes = new LinkedHashMap<>();
        private @Nullable String requestId;
        private @Nullable String idempotencyKey;
        private @Nullable Long reserveMillis;
        private long maxWaitMillis;
        private Priority priority = Priority.NORMAL;
        private boolean exact;
        private @Nullable Meta meta;
        private RequestMode mode = RequestMode.CHECK;
        private @Nullable LeaseTerms lease;

        public Builder clientId(String clientId) {
            this.clientId = clientId;
            return this;
        }

        public Builder cost(long cost) {
            this.cost = cost;
            return this;
        }

        public Builder route(Route route) {
            this.route = route;
            return this;
        }

        public Builder attribute(String name, String value) {
            attributes.put(name, value);
            return this;
        }

        public Builder requestId(@Nullable String requestId) {
            this.requestId = requestId;
            return this;
        }

        public Builder idempotencyKey(@Nullable String idempotencyKey) {
            this.idempotencyKey = idempotencyKey;
            return this;
        }

        /** Holds the tokens until they are committed or cancelled, at most so long. */
        public Builder reserveMillis(long reserveMillis) {
            this.reserveMillis = reserveMillis;
            return this;
        }

        /** The caller waits at most so long for its scheduled time. */
        public Builder maxWaitMillis(long maxWaitMillis) {
            this.maxWaitMillis = maxWaitMillis;
            return this;
        }

        public Builder priority(Priority priority) {
            this.priority = priority;
            return this;
        }

        /** Requires the ledger's own answer, never one out of a lease. */
        public Builder exact(boolean exact) {
            this.exact = exact;
            return this;
        }

        /** Adds the caller's own data for the decision record. */
        public Builder meta(@Nullable Meta meta) {
            this.meta = meta;
            return this;
        }

        /** Sets the mode. */
        public Builder mode(RequestMode mode) {
            this.mode = mode;
            return this;
        }

        /** Asks for a lease with the verdict, at most this large. */
        public Builder lease(@Nullable LeaseTerms lease) {
            this.lease = lease;
            return this;
        }

        /**
         * Identifies the caller as a front end does. Without a client ID the caller is known by its address, the
         * attribute {@link AnonymousClient#ADDRESS_ATTRIBUTE}, if there is one. A client ID that is reserved for
         * addresses must match the caller's own.
         *
         * @throws WireException if the address is invalid, or not the caller's
         */
        public Builder identified() throws WireException {
            String address = attributes.get(AnonymousClient.ADDRESS_ATTRIBUTE);
            if (clientId == null) {
                return address == null
                        ? this
                        : clientId(AnonymousClient.of(address).text());
            }
            boolean claims = AnonymousClient.isReserved(clientId);
            if (claims
                    && (address == null
                            || !clientId.equals(AnonymousClient.of(address).text()))) {
                throw new WireException(
                        "clientId",
                        Texts.shown(clientId) + " (expected: none that begins with " + AnonymousClient.PREFIX
                                + ", unless attributes." + AnonymousClient.ADDRESS_ATTRIBUTE + " is that address)");
            }
            return this;
        }

        /**
         * Builds the request.
         *
         * @throws WireException naming the first part that is not within the contract
         */
        public AdmissionRequest build() throws WireException {
            if (clientId == null) {
                throw new WireException("clientId", "missing (expected: account[/segment...])");
            }
            ClientId client = ClientId.parse("clientId", clientId);
            if (cost < 0 || cost > COST_MAX) {
                throw new WireException("cost", cost + " (expected: 0.." + COST_MAX + ")");
            }
            if (attributes.size() > ATTRIBUTES_MAX) {
                throw new WireException(
                        "attributes", attributes.size() + " attributes (expected: at most " + ATTRIBUTES_MAX + ")");
            }
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                Texts.check("attributes", attribute.getKey(), 1, ATTRIBUTE_NAME_CHARS_MAX);
                Texts.check("attributes." + attribute.getKey(), attribute.getValue(), 0, ATTRIBUTE_VALUE_CHARS_MAX);
            }
            if (requestId != null) {
                Texts.check("requestId", requestId, 1, REQUEST_ID_CHARS_MAX);
            }
            if (idempotencyKey != null) {
                Texts.check("idempotencyKey", idempotencyKey, 1, IDEMPOTENCY_KEY_CHARS_MAX);
            }
            long reserved = 0;
            if (reserveMillis != null) {
                reserved = reserveMillis;
                if (reserved < 1 || reserved > RESERVE_MILLIS_MAX) {
                    throw new WireException(
                            "reserve.ttlMillis", reserved + " (expected: 1.." + RESERVE_MILLIS_MAX + ")");
                }
            }
            if (maxWaitMillis < 0 || maxWaitMillis > WAIT_MILLIS_MAX) {
                throw new WireException("maxWaitMillis", maxWaitMillis + " (expected: 0.." + WAIT_MILLIS_MAX + ")");
            }
            if (mode != RequestMode.CHECK && reserved > 0) {
                throw new WireException("reserve", "given (expected: none with mode " + mode.wireName() + ")");
            }
            if (mode != RequestMode.CHECK && maxWaitMillis > 0) {
                throw new WireException(
                        "maxWaitMillis", maxWaitMillis + " (expected: 0 with mode " + mode.wireName() + ")");
            }
            AdmissionRequest request = new AdmissionRequest(
                    client,
                    cost,
                    route,
                    attributes,
                    requestId,
                    idempotencyKey,
                    reserved,
                    maxWaitMillis,
                    priority,
                    exact,
                    meta,
                    mode,
                    lease);
            String onlyLedger = lease == null ? null : request.onlyLedgerAnswers();
            if (onlyLedger != null) {
                throw new WireException(
                        LeaseTerms.NAME,
                        "given (expected: none with " + onlyLedger + ", which only the ledger answers)");
            }
            return request;
        }
    }
}
