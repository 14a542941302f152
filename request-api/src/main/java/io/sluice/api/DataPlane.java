package io.sluice.api;

import io.sluice.api.auth.Access;
import io.sluice.client.Admissions;

/** What the data port serves: admissions, to callers with the permission. */
public record DataPlane(Admissions admissions, Access access) {
    /** For everybody who reaches the port, whatever the account: for one's own machine only. */
    public static DataPlane open(Admissions admissions) {
        return new DataPlane(admissions, Access.open("anonymous"));
    }
}
