package io.sluice.api.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The role of a key or token. Every role that is for the admin port may read there. */
public enum Role {
    /** Reads rulesets, proposals, accounts and the audit trail. */
    VIEWER,
    /** Proposes. */
    EDITOR,
    /** Approves and rejects. */
    APPROVER,
    /** Activates and rolls back; changes accounts. */
    OPERATOR,
    /** Redeems challenge tokens on the data port; may not even read on the admin port. */
    REDEEMER,
    /** Reports health signals; may not even read on the admin port. Operators may report as well. */
    REPORTER;

    /** Whether whoever has it may read on the admin port. */
    boolean reads() {
        return this != REDEEMER && this != REPORTER;
    }

    /** The name as files and commands have it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Role of(String name) {
        for (Role role : values()) {
            if (role.wireName().equals(name)) {
                return role;
            }
        }
        throw new IllegalArgumentException("role " + name + " (expected: "
                + Arrays.stream(values()).map(Role::wireName).collect(Collectors.joining(", ")) + ")");
    }
}
