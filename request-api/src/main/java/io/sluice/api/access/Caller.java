package io.sluice.api.access;

import java.util.Set;

/** Who asks: the name goes into the audit trail. */
public record Caller(String name, Set<Role> roles) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    boolean may(Role role) {
        return roles.contains(role) || (role == Role.VIEWER && !roles.isEmpty());
    }
}
