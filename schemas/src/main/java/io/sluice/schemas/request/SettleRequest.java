package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.util.Locale;

/**
 * A request to end a reservation, or slots in flight.
 *
 * @param verb how to end it
 * @param clientId exactly the client that has the hold
 * @param holdId the hold: a reservation ID, or for {@link Verb#RELEASE} a release ID
 * @param cost the tokens to keep, from 0 to those reserved; 0 unless it commits
 */
public record SettleRequest(Verb verb, ClientId clientId, DecisionId holdId, long cost) implements Request {

    /** The ways for a client to end a hold. */
    public enum Verb {
        /** Keep a part of a reservation, give back the rest. */
        COMMIT,
        /** Give back all of a reservation. */
        CANCEL,
        /** Give back the slots of every concurrency limit. */
        RELEASE;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }

        /** The field with the hold's ID. */
        public String idField() {
            return this == RELEASE ? "releaseId" : "reservationId";
        }
    }

    /** A commit, if the cost is valid. */
    public static SettleRequest commit(ClientId clientId, DecisionId reservationId, long cost) throws WireException {
        if (cost < 0 || cost > AdmissionRequest.COST_MAX) {
            throw new WireException("cost", cost + " (expected: 0.." + AdmissionRequest.COST_MAX + ")");
        }
        return new SettleRequest(Verb.COMMIT, clientId, reservationId, cost);
    }

    public static SettleRequest cancel(ClientId clientId, DecisionId reservationId) {
        return new SettleRequest(Verb.CANCEL, clientId, reservationId, 0);
    }

    public static SettleRequest release(ClientId clientId, DecisionId releaseId) {
        return new SettleRequest(Verb.RELEASE, clientId, releaseId, 0);
    }
}
