package io.sluice.api;

import io.sluice.api.auth.Access;
import io.sluice.client.Admissions;
import io.sluice.client.usage.UsageService;
import org.jspecify.annotations.Nullable;

/**
 * What the data port serves: admissions and usage, to callers with the permission.
 *
 * @param usage what accounts used; null to serve none, on neither port
 */
public record DataPlane(
        Admissions admissions, Access access, @Nullable UsageService usage) {
    /** Without usage. */
    public DataPlane(Admissions admissions, Access access) {
        this(admissions, access, /* usage= */ null);
    }

    /** The same with usage, on this port and on the admin port. */
    public DataPlane with(UsageService newUsage) {
        return new DataPlane(admissions, access, newUsage);
    }

    /** For everybody who reaches the port, whatever the account: for one's own machine only. */
    public static DataPlane open(Admissions admissions) {
        return new DataPlane(admissions, Access.open("anonymous"));
    }
}
