package io.sluice.api;

import io.sluice.api.auth.Access;
import io.sluice.api.auth.OidcClient;
import io.sluice.api.events.EventBounds;
import io.sluice.api.replay.LogReplays;
import io.sluice.api.server.KnownHosts;
import io.sluice.api.server.OtherSites;
import io.sluice.client.alerts.RecentAlerts;
import io.sluice.client.rules.ControlPlane;
import org.jspecify.annotations.Nullable;

/**
 * The services of the admin port in addition to probes and metrics: rulesets and accounts, for callers with the
 * permission.
 *
 * @param hosts the names by which it is called if everybody has the permission
 * @param alerts recent alerts; null to show none
 * @param signIn how the console gets a token from the issuer; null if people sign in with keys only
 * @param events the bounds of event streams to pages
 * @param replays runs the log again; null if nothing does
 */
public record AdminPlane(
        ControlPlane plane,
        Access access,
        KnownHosts hosts,
        @Nullable RecentAlerts alerts,
        @Nullable OidcClient signIn,
        EventBounds events,
        @Nullable LogReplays replays) {
    public AdminPlane(ControlPlane plane, Access access, KnownHosts hosts) {
        this(plane, access, hosts, /* alerts= */ null, /* signIn= */ null, EventBounds.standard(), /* replays= */ null);
    }

    /** An admin plane that is called by address, or needs keys. */
    public AdminPlane(ControlPlane plane, Access access) {
        this(plane, access, KnownHosts.NONE);
    }

    /** The same with recent alerts; null for none. */
    public AdminPlane with(@Nullable RecentAlerts newAlerts) {
        return new AdminPlane(plane, access, hosts, newAlerts, signIn, events, replays);
    }

    /** The same with sign-in to the console by the issuer of tokens; null for none. */
    public AdminPlane with(@Nullable OidcClient newSignIn) {
        return new AdminPlane(plane, access, hosts, alerts, newSignIn, events, replays);
    }

    /** The same with other bounds of streams. */
    public AdminPlane with(EventBounds newEvents) {
        return new AdminPlane(plane, access, hosts, alerts, signIn, newEvents, replays);
    }

    /** The same with replays of the log for operators; null for none. */
    public AdminPlane with(@Nullable LogReplays newReplays) {
        return new AdminPlane(plane, access, hosts, alerts, signIn, events, newReplays);
    }

    OtherSites otherSites() {
        return access.isOpen() ? OtherSites.refused(hosts) : OtherSites.refused();
    }
}
