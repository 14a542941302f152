package io.sluice.client;

import io.sluice.schemas.reply.Revocation;
import org.jspecify.annotations.Nullable;

/** Passes revocations from the reader of replies on to who listens, once somebody does. */
final class RevocationRelay implements LeaseDesk.Listener {
    private volatile LeaseDesk.@Nullable Listener listener;

    void relayTo(LeaseDesk.Listener newListener) {
        listener = newListener;
    }

    @Override
    public void revoked(Revocation revocation) {
        LeaseDesk.Listener current = listener;
        if (current != null) {
            current.revoked(revocation);
        }
    }

    @Override
    public void interrupted() {
        LeaseDesk.Listener current = listener;
        if (current != null) {
            current.interrupted();
        }
    }
}
