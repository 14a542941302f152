package io.sluice.client;

import io.sluice.schemas.request.AdmissionRequest;

/** What callers are told when no verdict came in time, admission by admission. */
@FunctionalInterface
public interface FailurePolicies {
    /**
     * Answers in place of a verdict; called by many threads, must not block or throw.
     *
     * @param detail what went wrong
     */
    AdmissionAnswer answer(AdmissionRequest request, String detail);
}
