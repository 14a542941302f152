package io.sluice.client;

import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;

/** The answer to callers when no verdict came in time, admission by admission. */
@FunctionalInterface
public interface FailurePolicies {
    /**
     * Answers in place of a verdict; called by many threads, must not block or throw.
     *
     * @param detail what went wrong
     */
    Answer<AdmissionVerdict> answer(AdmissionRequest request, String detail);

    /** Answers in place of the verdict on a batch: denied if one of its checks is, and allowed only if all are. */
    default Answer<BatchVerdict> answerAll(BatchRequest batch, String detail) {
        boolean undecided = false;
        for (AdmissionRequest check : batch.checks()) {
            if (!(answer(check, detail) instanceof Answer.Degraded<AdmissionVerdict> degraded)) {
                undecided = true;
            } else if (!degraded.allowed()) {
                return new Answer.Degraded<>(/* allowed= */ false, detail);
            }
        }
        return undecided ? new Answer.Unavailable<>(detail) : new Answer.Degraded<>(/* allowed= */ true, detail);
    }
}
