package io.sluice.replay.past;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.ServedLog;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.RunBounds;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.request.DecisionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations of requests that have visited a limit of all accounts: their records are those that bring them home. */
final class WidePastDecisionTest {
    private static final long SEED = 5;

    @TempDir
    Path directory;

    private ListLog log;

    @BeforeEach
    void serve() throws Exception {
        log = ServedLog.of(Files.createDirectory(directory.resolve("cluster")), SEED, 300, ServedLog.rules(50));
    }

    /** The last decision by the limit of all accounts. */
    private Decision last(boolean allowed) throws Exception {
        Decision found = null;
        for (List<LoggedRecord> decisions : log.decisions) {
            for (LoggedRecord record : decisions) {
                if (DecisionCodec.read(record.value()) instanceof Decision decision
                        && decision.details().allowed() == allowed
                        && decision.details().limits().size() == 2) {
                    found = decision;
                }
            }
        }
        assertThat(found).as("seed %s", SEED).isNotNull();
        return found;
    }

    private Explanation explain(Decision decision) throws Exception {
        RunBounds bounds = new RunBounds(1, 32 << 20, 64, directory);
        DecisionId id = DecisionId.parse("", decision.decisionId());
        return (Explanation) ReplyCodec.decode(
                new PastDecision(log, Runs.settings(log), bounds, id).explain().reply());
    }

    private static Explanation.Effect wideEffect(Explanation explanation) {
        return explanation.limits().stream()
                .filter(Explanation.Matched.class::isInstance)
                .map(Explanation.Matched.class::cast)
                .filter(limit -> limit.id().equals("all"))
                .map(Explanation.Matched::effect)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldTellWhatTheOwnerSaid_whenItRefused() throws Exception {
        // Given
        Decision denied = last(/* allowed= */ false);

        // When
        Explanation explanation = explain(denied);

        // Then
        assertThat(explanation.details()).isEqualTo(denied.details());
        assertThat(explanation.details().allowed()).isFalse();
        assertThat(wideEffect(explanation).retryAfterMillis()).isPositive();
    }

    @Test
    void shouldTellTheBucketBeforeAndAfter_whenItWasCharged() throws Exception {
        // Given
        Decision allowed = last(/* allowed= */ true);

        // When
        Explanation explanation = explain(allowed);

        // Then
        assertThat(explanation.details().limits()).isEqualTo(allowed.details().limits());
        assertThat(wideEffect(explanation).before())
                .isEqualTo(wideEffect(explanation).after() + 1);
    }
}
