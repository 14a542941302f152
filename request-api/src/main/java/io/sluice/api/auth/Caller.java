package io.sluice.api.auth;

import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.request.ClientId;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An authenticated or unknown caller.
 *
 * @param name goes into the audit trail
 * @param roles what it may do on the admin port
 * @param accounts the accounts that it may use on the data port
 */
public record Caller(String name, Set<Role> roles, AllowedAccounts accounts) {
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1," + ControlCommand.PRINCIPAL_CHARS_MAX + "}");
    private static final int ID_CHARS_MAX = 64;

    /** An unknown caller, which may do nothing. */
    public static final Caller NOBODY = new Caller("nobody", Set.of(), AllowedAccounts.NONE);

    public Caller {
        roles = Set.copyOf(roles);
        if (name.isBlank() || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name of " + name.length() + " characters (expected: 1.."
                    + ControlCommand.PRINCIPAL_CHARS_MAX + ", not blank, no control characters)");
        }
    }

    boolean may(Role role) {
        return roles.contains(role)
                || (role == Role.VIEWER && roles.stream().anyMatch(Role::reads))
                || (role == Role.REPORTER && roles.contains(Role.OPERATOR));
    }

    /**
     * A client of the account that is this caller: {@code account/name}. A name that no client ID may contain stands
     * there as its hash.
     */
    public String clientIn(String account) {
        for (String segment : List.of(id(), AccessKey.hashOf(name))) {
            try {
                return ClientId.parse("client", account + "/" + segment).text();
            } catch (WireException e) {
                // The next spelling.
            }
        }
        return account;
    }

    /** The name in a short form: a long one is replaced by its hash. */
    public String id() {
        return name.length() <= ID_CHARS_MAX ? name : AccessKey.hashOf(name);
    }
}
