package io.sluice.api;

import io.sluice.api.auth.Access;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.Admissions;
import java.util.List;

/**
 * What the data port serves: admissions, to callers with the permission.
 *
 * @param more routes beside its own
 */
public record DataPlane(Admissions admissions, Access access, List<ApiRoute> more) {
    public DataPlane {
        more = List.copyOf(more);
    }

    public DataPlane(Admissions admissions, Access access) {
        this(admissions, access, List.of());
    }

    /** For everybody who reaches the port, whatever the account: for one's own machine only. */
    public static DataPlane open(Admissions admissions) {
        return new DataPlane(admissions, Access.open("anonymous"));
    }
}
