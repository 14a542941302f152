package io.sluice.client;

/** What a caller is told when no verdict came in time. */
public enum FailurePolicy {
    /** That there is no verdict: {@link AdmissionAnswer.Unavailable}. */
    ERROR,
    /** Allow, marked as degraded: availability before exactness. */
    ALLOW,
    /** Deny, marked as degraded: protection before availability. */
    DENY
}
