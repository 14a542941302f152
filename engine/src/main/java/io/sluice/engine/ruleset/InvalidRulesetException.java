package io.sluice.engine.ruleset;

import java.util.List;
import java.util.stream.Collectors;

/** A ruleset document that cannot be compiled, with every problem that was found in it, one a line. */
public final class InvalidRulesetException extends Exception {
    private final transient List<RulesetProblem> problems;

    InvalidRulesetException(List<RulesetProblem> problems) {
        super(problems.stream().map(RulesetProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<RulesetProblem> problems() {
        return problems;
    }
}
