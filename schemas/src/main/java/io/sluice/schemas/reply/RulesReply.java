package io.sluice.schemas.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the rules writer made of a command. */
public record RulesReply(String correlationId, Outcome outcome) implements Reply {
    /** More problems than these are counted, not listed. */
    public static final int PROBLEMS_LISTED_MAX = 100;

    /** What became of it. */
    public sealed interface Outcome {}

    /**
     * The step is taken.
     *
     * @param sequence the audit entry that tells of it, or a later one: whoever has read so far sees the step
     * @param proposalId the proposal it was about; null for none
     * @param revision the revision that it put in force; null for none
     */
    public record Accepted(
            long sequence,
            @Nullable Long proposalId,
            @Nullable Long revision) implements Outcome {}

    /**
     * Nothing changed.
     *
     * @param code machine-readable kind, such as {@code stale-revision}
     * @param detail the offending value and what was expected
     * @param problems what is wrong with the document, if it is the document
     */
    public record Refused(String code, String detail, List<Problem> problems) implements Outcome {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** One thing that is wrong, and its place such as {@code limits[3].burst}. */
    public record Problem(String field, String detail) {}
}
