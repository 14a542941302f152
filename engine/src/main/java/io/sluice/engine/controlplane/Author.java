package io.sluice.engine.controlplane;

/**
 * Who takes a step, and why; no step goes without either.
 *
 * @param principal the name under which they were let in
 * @param reason for those who read the audit trail later
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
