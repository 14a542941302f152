package io.sluice.client;

/** What a caller is told when no verdict came in time. */
public enum FailurePolicy {
    /** That there is no verdict: {@link AdmissionAnswer.Unavailable}. */
    ERROR,
    /** Allow, marked as degraded: availability before exactness. */
    ALLOW,
    /** Deny, marked as degraded: protection before availability. */
    DENY;

    /** The answer, with what went wrong. */
    public AdmissionAnswer answer(String detail) {
        return switch (this) {
            case ERROR -> new AdmissionAnswer.Unavailable(detail);
            case ALLOW -> new AdmissionAnswer.Degraded(/* allowed= */ true, detail);
            case DENY -> new AdmissionAnswer.Degraded(/* allowed= */ false, detail);
        };
    }
}
