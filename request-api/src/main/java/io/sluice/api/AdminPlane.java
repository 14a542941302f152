package io.sluice.api;

import io.sluice.api.auth.Access;
import io.sluice.api.server.KnownHosts;
import io.sluice.api.server.OtherSites;
import io.sluice.client.rules.ControlPlane;

/**
 * What the admin port serves beside operations: rulesets and accounts, to callers with the permission.
 *
 * @param hosts the names by which it is called if everybody has the permission
 */
public record AdminPlane(ControlPlane plane, Access access, KnownHosts hosts) {
    /** One that is called by addresses, or needs keys. */
    public AdminPlane(ControlPlane plane, Access access) {
        this(plane, access, KnownHosts.NONE);
    }

    OtherSites otherSites() {
        return access.isOpen() ? OtherSites.refused(hosts) : OtherSites.refused();
    }
}
