package io.sluice.cli.roles;

import io.sluice.api.events.EventBounds;
import io.sluice.cli.CommandFailure;
import picocli.CommandLine.Option;

/** The options that bound event streams to pages of the console. */
final class EventOptions {
    @Option(
            names = "--event-streams-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_EVENT_STREAMS_MAX:-64}",
            description = "Pages of the console that get updates over a stream; further ones poll (or "
                    + "$SLUICE_EVENT_STREAMS_MAX; default: 64).")
    private int streamsMax = 64;

    @Option(
            names = "--event-streams-of-caller-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_EVENT_STREAMS_OF_CALLER_MAX:-8}",
            description = "How many of these one key or token may have"
                    + " (or $SLUICE_EVENT_STREAMS_OF_CALLER_MAX; default: 8).")
    private int streamsOfCallerMax = 8;

    EventBounds read() throws CommandFailure {
        try {
            return new EventBounds(
                    streamsMax, streamsOfCallerMax, EventBounds.standard().lifeMillis());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("event streams: " + e.getMessage(), e);
        }
    }
}
