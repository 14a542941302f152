package io.sluice.schemas.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules writer's answer to a command. */
public record RulesReply(String correlationId, Outcome outcome) implements Reply {
    /** At most so many problems are listed; more are only counted. */
    public static final int PROBLEMS_LISTED_MAX = 100;

    /** The result of the command. */
    public sealed interface Outcome {}

    /**
     * The rules writer took the step.
     *
     * @param sequence the step's audit entry, or a later one: a reader that has read so far has seen the step
     * @param proposalId the proposal of the step; null for none
     * @param revision the revision that the step put in force; null for none
     */
    public record Accepted(
            long sequence,
            @Nullable Long proposalId,
            @Nullable Long revision) implements Outcome {}

    /**
     * A refusal: nothing changed.
     *
     * @param code machine-readable kind, such as {@code stale-revision}
     * @param detail the offending value and what was expected
     * @param problems what is wrong with the document, if the document is the reason
     */
    public record Refused(String code, String detail, List<Problem> problems) implements Outcome {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** One problem, and its position such as {@code limits[3].burst}. */
    public record Problem(String field, String detail) {}
}
