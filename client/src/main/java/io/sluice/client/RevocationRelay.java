package io.sluice.client;

import io.sluice.schemas.reply.Revocation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes revocations from the reader of replies on to those who listen. */
final class RevocationRelay implements LeaseService.Listener {
    private final List<LeaseService.Listener> listeners = new CopyOnWriteArrayList<>();

    void relayTo(LeaseService.Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void revoked(Revocation revocation) {
        listeners.forEach(listener -> listener.revoked(revocation));
    }

    @Override
    public void interrupted() {
        listeners.forEach(LeaseService.Listener::interrupted);
    }
}
