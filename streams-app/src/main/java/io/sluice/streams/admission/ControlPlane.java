package io.sluice.streams.admission;

import io.sluice.schemas.control.ControlKey;
import io.sluice.schemas.request.ControlRecord;

/** Believes control records that are signed. */
final class ControlPlane {
    private final ControlKey key;

    ControlPlane(ControlKey key) {
        this.key = key;
    }

    boolean trusts(ControlRecord record) {
        return key.verifies(record);
    }
}
