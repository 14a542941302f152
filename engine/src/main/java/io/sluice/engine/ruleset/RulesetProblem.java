package io.sluice.engine.ruleset;

/**
 * One mistake in a ruleset document.
 *
 * @param path its path in the document, such as {@code limits[3].burst}; empty for the document as a whole
 * @param message the offending value and what was expected
 */
public record RulesetProblem(String path, String message) {
    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
