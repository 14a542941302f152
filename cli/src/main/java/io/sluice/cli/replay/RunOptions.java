package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import java.time.Clock;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that select the part of a log that is run, and the resources for it. */
final class RunOptions {
    @Mixin
    private SpanOptions span = new SpanOptions();

    @Option(
            names = "--cold",
            description = "Skip the records before --from, which otherwise run first to get the state: faster, but not "
                    + "exact.")
    private boolean cold;

    @Mixin
    private RunResourceOptions resources = new RunResourceOptions();

    RunResourceOptions resources() {
        return resources;
    }

    RunBounds bounds() throws CommandFailure {
        return resources.bounds();
    }

    RunWindow window(Clock clock) throws CommandFailure {
        return span.window(cold, clock);
    }
}
