package io.sluice.replay.past;

import io.sluice.replay.log.LogException;

/** The log has no such decision, or it is about nothing that can be explained. */
public final class UnknownDecisionException extends LogException {
    UnknownDecisionException(String line) {
        super(line);
    }
}
