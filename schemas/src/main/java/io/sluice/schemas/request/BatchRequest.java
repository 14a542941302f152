package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several admission requests of one account, which are all charged or none.
 *
 * @param checks the requests, {@link #CHECKS_MIN} to {@link #CHECKS_MAX}; they are of one mode, reserve nothing and
 *     have no idempotency key
 * @param requestId the caller's own name for the batch, echoed in the answer; never interpreted
 * @param idempotencyKey the same key within the window gives the same answer, charged once; the account's batches share
 *     their keys
 * @param meta the caller's own data for the decision record; never interpreted
 */
public record BatchRequest(
        List<AdmissionRequest> checks,
        @Nullable String requestId,
        @Nullable String idempotencyKey,
        @Nullable Meta meta) implements Request {

    public static final int CHECKS_MIN = 2;
    public static final int CHECKS_MAX = 100;
    private static final String CHECKS_EXPECTED = " (expected: " + CHECKS_MIN + ".." + CHECKS_MAX + " checks)";

    public BatchRequest {
        checks = List.copyOf(checks);
    }

    /**
     * A batch within the contract.
     *
     * @throws WireException naming the first part that is not
     */
    public static BatchRequest checked(
            List<AdmissionRequest> checks, @Nullable String requestId, @Nullable String idempotencyKey)
            throws WireException {
        if (checks.size() < CHECKS_MIN || checks.size() > CHECKS_MAX) {
            throw new WireException("checks", checks.size() + CHECKS_EXPECTED);
        }
        String account = checks.get(0).clientId().account();
        for (int i = 0; i < checks.size(); i++) {
            AdmissionRequest check = checks.get(i);
            String place = "checks[" + i + "].";
            if (!check.clientId().account().equals(account)) {
                throw new WireException(
                        place + "clientId",
                        Texts.shown(check.clientId().text()) + " (expected: a client of account " + Texts.shown(account)
                                + ", as in checks[0])");
            }
            if (check.mode() != checks.get(0).mode()) {
                throw new WireException(
                        place + "mode",
                        check.mode().wireName() + " (expected: "
                                + checks.get(0).mode().wireName() + ", as in checks[0])");
            }
            if (check.reserveMillis() > 0) {
                throw new WireException(place + "reserve", "given (expected: none, a batch reserves nothing)");
            }
            if (check.maxWaitMillis() > 0) {
                throw new WireException(place + "maxWaitMillis", "given (expected: none, a batch does not wait)");
            }
            if (check.meta() != null) {
                throw new WireException(place + "meta", "given (expected: one for the whole batch)");
            }
            if (check.idempotencyKey() != null) {
                throw new WireException(place + "idempotencyKey", "given (expected: one for the whole batch)");
            }
        }
        if (requestId != null) {
            Texts.check("requestId", requestId, 1, AdmissionRequest.REQUEST_ID_CHARS_MAX);
        }
        if (idempotencyKey != null) {
            Texts.check("idempotencyKey", idempotencyKey, 1, AdmissionRequest.IDEMPOTENCY_KEY_CHARS_MAX);
        }
        return new BatchRequest(checks, requestId, idempotencyKey, null);
    }

    /** The client of the first check, whose account is that of all. */
    @Override
    public ClientId clientId() {
        return checks.get(0).clientId();
    }

    public String account() {
        return clientId().account();
    }

    /** The same batch with this meta, or none. */
    public BatchRequest with(@Nullable Meta carried) {
        return new BatchRequest(checks, requestId, idempotencyKey, carried);
    }
}
