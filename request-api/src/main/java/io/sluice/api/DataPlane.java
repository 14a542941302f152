package io.sluice.api;

import io.sluice.api.auth.Access;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.Admissions;
import io.sluice.client.usage.UsageService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the data port serves: admissions and usage, to callers with the permission.
 *
 * @param more routes beside its own
 * @param usage what accounts used; null to serve none, on neither port
 */
public record DataPlane(
        Admissions admissions,
        Access access,
        List<ApiRoute> more,
        @Nullable UsageService usage) {
    public DataPlane {
        more = List.copyOf(more);
    }

    /** Without usage. */
    public DataPlane(Admissions admissions, Access access, List<ApiRoute> more) {
        this(admissions, access, more, /* usage= */ null);
    }

    public DataPlane(Admissions admissions, Access access) {
        this(admissions, access, List.of());
    }

    /** The same with usage, on this port and on the admin port. */
    public DataPlane with(UsageService newUsage) {
        return new DataPlane(admissions, access, more, newUsage);
    }

    /** For everybody who reaches the port, whatever the account: for one's own machine only. */
    public static DataPlane open(Admissions admissions) {
        return new DataPlane(admissions, Access.open("anonymous"));
    }
}
