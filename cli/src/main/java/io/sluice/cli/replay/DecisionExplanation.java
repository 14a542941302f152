package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.past.PastDecision;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.DecisionId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A decision of the past, explained from the log as it was then. */
public final class DecisionExplanation {
    @Option(
            names = "--decision",
            paramLabel = "DECISION_ID",
            description = "Explain this decision as it was made, from the log: needs --bootstrap-servers or --log.")
    private @Nullable String decision;

    @Mixin
    private LogSourceOptions source = new LogSourceOptions();

    @Mixin
    private RunResourceOptions resources = new RunResourceOptions();

    @Mixin
    private LogOptions logging = new LogOptions();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** Whether a decision is named. */
    public boolean isGiven() {
        return decision != null;
    }

    /** The explanation. */
    public PastDecision.Explained explain() throws CommandFailure {
        logging.applyWithoutWarningsOf("io.sluice.streams");
        try {
            DecisionId id = DecisionId.parse("--decision", String.valueOf(decision));
            LogSource log = source.open();
            try (log) {
                PastDecision past =
                        new PastDecision(log, log.settings(resources.cachedEntriesMax()), resources.bounds(), id);
                try (RunWatch watch =
                        new RunWatch(past.progress(), spec.commandLine().getErr(), System.console() != null)) {
                    watch.begin();
                    return past.explain();
                }
            }
        } catch (WireException | LogException | RunStoppedException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
