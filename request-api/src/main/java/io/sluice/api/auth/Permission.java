package io.sluice.api.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a caller needs for a route.
 *
 * @param isOpen whether nobody has to say who they are
 * @param role the role that is needed on top of being known; null for none
 */
public record Permission(boolean isOpen, @Nullable Role role) {
    /** Everybody may, known or not. */
    public static final Permission ANYBODY = new Permission(true, null);
    /** Whoever is known may. */
    public static final Permission ANY_CALLER = new Permission(false, null);

    /** Only callers with the role may. */
    public static Permission of(Role role) {
        return new Permission(false, role);
    }
}
