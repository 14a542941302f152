package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a limit for one account, as its profile has them.
 *
 * @param source the fields as they were given, to be kept and shown; the engine never reads it
 * @param algorithm what they mean
 */
public record LimitOverride(String source, Algorithm algorithm) {

    /**
     * Reads the fields that say how a limit counts, as a ruleset document has them.
     *
     * @param fields the tree of {@code source}
     * @throws InvalidRulesetException with every problem
     */
    public static LimitOverride compile(String source, @Nullable Object fields) throws InvalidRulesetException {
        List<RulesetProblem> problems = new ArrayList<>();
        Algorithm algorithm = AlgorithmReader.read(DocumentSection.root(fields, AlgorithmReader.KEYS, problems));
        if (algorithm == null || !problems.isEmpty()) {
            throw new InvalidRulesetException(problems);
        }
        return new LimitOverride(source, algorithm);
    }
}
