package io.sluice.api.data;

import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Caller;
import io.sluice.client.Admissions;

/**
 * The source of {@link Admissions} for each caller, restricted to the caller's accounts. Endpoints of the data port
 * have no other access to the cluster, so none can forget the check.
 */
public final class CallerAdmissions {
    private final Admissions admissions;
    private final AuthFailures refusals;

    public CallerAdmissions(Admissions admissions, AuthFailures refusals) {
        this.admissions = admissions;
        this.refusals = refusals;
    }

    /** The cluster for the accounts of this caller, and for no others. */
    Admissions of(Caller caller) {
        return caller.accounts().coversAll() ? admissions : new AuthorizedAdmissions(caller, admissions, refusals);
    }
}
