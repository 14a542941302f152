package io.sluice.engine.controlplane;

import io.sluice.engine.ruleset.RulesetProblem;
import org.jspecify.annotations.Nullable;

/** A reader that turns the text of a document into the tree for the compiler; the engine itself has no JSON. */
@FunctionalInterface
public interface DocumentReader {
    Read read(String text);

    /**
     * A document as read.
     *
     * @param problem why there is no tree; null if there is one
     */
    record Read(@Nullable Object tree, @Nullable RulesetProblem problem) {
        public static Read of(@Nullable Object tree) {
            return new Read(tree, null);
        }

        public static Read unreadable(String path, String detail) {
            return new Read(null, new RulesetProblem(path, detail));
        }
    }
}
