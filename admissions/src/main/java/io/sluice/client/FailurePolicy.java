package io.sluice.client;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.RequestMode;

/** The answer to a caller when no verdict came in time. */
public enum FailurePolicy {
    /** An error, since there is no verdict: {@link Answer.Unavailable}. */
    ERROR,
    /** Allow, marked as degraded: availability before exactness. */
    ALLOW,
    /** Deny, marked as degraded: protection before availability. */
    DENY;

    /** The answer to a request. A charge or refund can be neither allowed nor denied, so its answer is an error. */
    public Answer<AdmissionVerdict> answer(AdmissionRequest request, String detail) {
        return (request.mode() == RequestMode.CHECK ? this : ERROR).answer(detail);
    }

    /** The answer, with what went wrong. */
    public Answer<AdmissionVerdict> answer(String detail) {
        return switch (this) {
            case ERROR -> new Answer.Unavailable<>(detail);
            case ALLOW -> new Answer.Degraded<>(/* allowed= */ true, detail);
            case DENY -> new Answer.Degraded<>(/* allowed= */ false, detail);
        };
    }
}
