package io.sluice.engine.controlplane;

/**
 * The principal of a step and the reason for it; every step has both.
 *
 * @param principal the name under which the author was authenticated
 * @param reason for later readers of the audit trail
 */
public record Author(String principal, String reason) {
    public static final int PRINCIPAL_CHARS_MAX = 128;
    public static final int REASON_CHARS_MAX = 1_000;

    public Author {
        check("principal", principal, PRINCIPAL_CHARS_MAX);
        check("reason", reason, REASON_CHARS_MAX);
    }

    private static void check(String name, String text, int charsMax) {
        if (text.isBlank() || text.length() > charsMax) {
            throw new IllegalArgumentException(name + ": " + (text.isBlank() ? "blank" : text.length() + " characters")
                    + " (expected: 1.." + charsMax + " characters)");
        }
    }
}
