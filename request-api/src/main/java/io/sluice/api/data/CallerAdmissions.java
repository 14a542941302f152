package io.sluice.api.data;

import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Caller;
import io.sluice.client.Admissions;

/**
 * The cluster, as far as a caller may use it. An endpoint of the data port has no other way to it, so none can forget
 * to check the account of a request.
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
