package io.sluice.client;

import io.sluice.schemas.reply.Revocation;
import org.jspecify.annotations.Nullable;

/** Passes revocations from the reader of replies on to the listener, once there is one. */
final class RevocationRelay implements LeaseService.Listener {
    private volatile LeaseService.@Nullable Listener listener;

    void relayTo(LeaseService.Listener newListener) {
        listener = newListener;
    }

    @Override
    public void revoked(Revocation revocation) {
        LeaseService.Listener current = listener;
        if (current != null) {
            current.revoked(revocation);
        }
    }

    @Override
    public void interrupted() {
        LeaseService.Listener current = listener;
        if (current != null) {
            current.interrupted();
        }
    }
}
