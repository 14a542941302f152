package io.sluice.api.auth;

import org.jspecify.annotations.Nullable;

/**
 * The permission that a caller needs for a route.
 *
 * @param isOpen whether the caller need not be authenticated
 * @param admitsProxies whether a trusted proxy needs no authentication
 * @param role the role that is needed beside authentication; null for none
 */
public record Permission(
        boolean isOpen, boolean admitsProxies, @Nullable Role role) {
    /** Every caller, authenticated or not. */
    public static final Permission ANYBODY = new Permission(true, false, null);
    /** Every authenticated caller. */
    public static final Permission ANY_CALLER = new Permission(false, false, null);
    /** Every authenticated caller, and every trusted proxy. */
    public static final Permission CALLER_OR_PROXY = new Permission(false, true, null);

    /** Only callers with the role may. */
    public static Permission of(Role role) {
        return new Permission(false, false, role);
    }
}
