package io.sluice.perf.topology;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.streams.StreamsApp;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.usage.UsageApp;
import io.sluice.streams.usage.UsageBounds;
import io.sluice.streams.usage.UsageConfig;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The real streams app as it ships, on an empty state of its own. */
final class SluiceApp implements AutoCloseable {
    private final StreamsApp app;
    private final @Nullable UsageApp usage;

    private SluiceApp(StreamsApp app, @Nullable UsageApp usage) {
        this.app = app;
        this.usage = usage;
    }

    /**
     * Starts the app; it reads the request topic from the beginning.
     *
     * @param keys prove the rulesets that it accepts
     * @param applicationId a new one for each start, or it continues where the last one stopped
     */
    static SluiceApp start(PerfCluster cluster, TrustedKeys keys, String applicationId)
            throws IOException, StartupException {
        Map<String, String> kafka = Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "application.id",
                applicationId,
                "num.standby.replicas",
                "0");
        return new SluiceApp(
                StreamsApp.start(
                        new StreamsAppConfig(
                                kafka, cluster.newDirectory(applicationId), keys, StreamsAppConfig.Limits.standard()),
                        new SimpleMeterRegistry()),
                /* usage= */ null);
    }

    /** Starts the app with the usage roll-ups beside it, as {@code sluice streams-app} does. */
    static SluiceApp hosting(PerfCluster cluster, TrustedKeys keys, String applicationId)
            throws IOException, StartupException {
        SluiceApp alone = start(cluster, keys, applicationId);
        UsageConfig config = new UsageConfig(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "application.id", applicationId),
                cluster.newDirectory(applicationId + "-usage"),
                1,
                UsageBounds.standard());
        return new SluiceApp(alone.app, UsageApp.start(config, new SimpleMeterRegistry()));
    }

    @Override
    public void close() {
        if (usage != null) {
            usage.close();
        }
        boolean failed = app.hasFailed();
        app.close();
        if (failed) {
            throw new IllegalStateException("the streams app has given up (expected: to be running)");
        }
    }
}
