package io.sluice.api.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a key may be good for. A caller with any role may read. */
public enum Role {
    /** Reads rulesets, proposals, accounts and the audit trail. */
    VIEWER,
    /** Proposes. */
    EDITOR,
    /** Approves and rejects. */
    APPROVER,
    /** Activates and rolls back; changes accounts. */
    OPERATOR;

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
