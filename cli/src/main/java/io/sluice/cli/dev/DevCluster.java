package io.sluice.cli.dev;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.api.AdminPlane;
import io.sluice.api.DataPlane;
import io.sluice.api.RequestApi;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.RequestApiStartException;
import io.sluice.api.auth.Access;
import io.sluice.api.data.ForwardAuthConfig;
import io.sluice.api.server.KnownHosts;
import io.sluice.broker.BrokerConfig;
import io.sluice.broker.BrokerStartException;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.GatewayOptions;
import io.sluice.cli.ServerMetrics;
import io.sluice.cli.Shutdown;
import io.sluice.cli.TraceExport;
import io.sluice.cli.UsageOptions;
import io.sluice.cli.WebhookOptions;
import io.sluice.cli.kafka.TopicCreation;
import io.sluice.cli.replay.FrontEndReplayOptions;
import io.sluice.cli.roles.FrontEndBackend;
import io.sluice.cli.roles.GatewayFrontEnd;
import io.sluice.client.ChallengeTokens;
import io.sluice.client.ClientConfig;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.FailurePolicy;
import io.sluice.client.KafkaAccountDecisions;
import io.sluice.client.KafkaAlerts;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.Readiness;
import io.sluice.client.fastpath.FastPath;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsApp;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.rules.RulesAppConfig;
import io.sluice.streams.usage.UsageApp;
import io.sluice.streams.usage.UsageConfig;
import io.sluice.streams.webhooks.WebhookApp;
import io.sluice.streams.webhooks.WebhookConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code sluice dev} runs, wired by hand in the order in which it is needed:
 *
 * <pre>
 *   broker -&gt; topics -&gt; rules writer, streams app -&gt; ruleset -&gt; client -&gt; request API
 *     -&gt; every partition answers
 * </pre>
 */
record DevCluster(String httpUrl, String adminUrl, String bootstrapServers) {
    /** The name of every caller of the admin port of a dev cluster. */
    private static final String PRINCIPAL = "dev";

    private static final int REQUEST_PARTITIONS = 4;
    private static final int REPLY_PARTITIONS = 4;
    private static final Duration PING_INTERVAL = Duration.ofSeconds(2);
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final long READY_POLL_MILLIS = 50;

    /**
     * The settings of the front end, and of usage and webhooks.
     */
    record FrontEnd(
            FastPath fastPath,
            RequestApiConfig.Bounds bounds,
            KnownHosts adminHosts,
            long warmUpMillisMax,
            ForwardAuthConfig forwardAuth,
            GatewayOptions gateway,
            UsageOptions usage,
            WebhookOptions webhooks,
            FrontEndReplayOptions replay) {}

    static DevCluster start(
            DevDirectory directory, DevPorts ports, DevRules rules, FrontEnd frontEnd, Shutdown shutdown)
            throws CommandFailure {
        try {
            EmbeddedBroker broker = shutdown.add(
                    EmbeddedBroker.start(new BrokerConfig(directory.kafka(), ports.host(), ports.kafka(), Map.of())));
            Map<String, String> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            DevDirectory.Keys keys = directory.keys();
            TopicCreation.create(kafka, TopicCatalogue.topics(REQUEST_PARTITIONS, REPLY_PARTITIONS), (short) 1);
            PrometheusMeterRegistry registry = ServerMetrics.registry();
            OpenTelemetry traces =
                    shutdown.add(TraceExport.start("sluice-dev", registry)).openTelemetry();
            FrontEndBackend.Telemetry telemetry = new FrontEndBackend.Telemetry(registry, traces, shutdown);
            startApps(kafka, directory.streams(), keys, frontEnd.usage(), telemetry);
            WebhookConfig webhooks = frontEnd.webhooks().read(kafka);
            if (webhooks != null) {
                shutdown.add(WebhookApp.start(webhooks, registry));
            }
            KafkaControlPlane plane = shutdown.add(KafkaControlPlane.connect(
                    kafka,
                    new ControlPlaneKeys(keys.commands(), keys.trusted().rules()),
                    new KafkaControlPlane.Terms(READY_TIMEOUT, registry)));
            rules.putInForce(plane);
            FrontEndBackend backend = FrontEndBackend.connect(
                    new ClientConfig(kafka, 0, ClientConfig.PENDING_MAX, FailurePolicy.ERROR, PING_INTERVAL),
                    keys.trusted().rules(),
                    frontEnd.fastPath(),
                    telemetry);
            DataPlane open = DataPlane.open(backend.fast());
            GatewayFrontEnd grpc = gateway(frontEnd.gateway(), ports.host(), backend, telemetry);
            DataPlane data = grpc == null ? open : grpc.dataPlane(open.access());
            RequestApi api = shutdown.add(RequestApi.start(
                    RequestApiConfig.standard(ports.host(), ports.http(), ports.admin())
                            .with(frontEnd.bounds())
                            .with(frontEnd.forwardAuth())
                            .withWarmUp(frontEnd.warmUpMillisMax()),
                    data.with(backend.ledger().usage())
                            .with(shutdown.add(KafkaAccountDecisions.start(kafka, ScanBounds.standard(), registry)))
                            .with(new ChallengeTokens(keys.commands(), registry)),
                    new AdminPlane(plane, Access.open(PRINCIPAL), frontEnd.adminHosts())
                            .with(shutdown.add(KafkaAlerts.start(kafka, ScanBounds.ofAlerts(), registry)))
                            .with(shutdown.add(frontEnd.replay().start(kafka, keys.trusted(), registry))),
                    registry,
                    traces));
            if (grpc != null) {
                shutdown.closeFirst(grpc.server());
            }
            awaitReady(api::readiness);
            return new DevCluster(
                    "http://" + ports.host() + ":" + api.dataPort(),
                    "http://" + ports.host() + ":" + api.adminPort(),
                    broker.bootstrapServers());
        } catch (BrokerStartException | StartupException | RequestApiStartException | KafkaException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** The streams app, with the rules writer and the usage roll-ups. */
    private static void startApps(
            Map<String, String> kafka,
            Path stateDir,
            DevDirectory.Keys keys,
            UsageOptions usage,
            FrontEndBackend.Telemetry telemetry)
            throws StartupException, CommandFailure {
        Shutdown shutdown = telemetry.shutdown();
        RulesApp rulesApp = shutdown.add(RulesApp.start(
                new RulesAppConfig(
                        singleInstance(kafka), stateDir, keys.rules(), keys.trusted(), /* approvalRequired= */ false),
                telemetry.registry()));
        rulesApp.onFailure(() -> shutdown.fail("the rules writer has given up"));
        StreamsApp app = shutdown.add(StreamsApp.start(
                new StreamsAppConfig(
                        singleInstance(kafka),
                        stateDir,
                        keys.trusted(),
                        keys.rules(),
                        StreamsAppConfig.Limits.standard()),
                telemetry.registry(),
                telemetry.traces()));
        app.onFailure(() -> shutdown.fail("the streams app has given up"));
        UsageConfig rollUps = usage.read(singleInstance(kafka), stateDir);
        if (rollUps != null) {
            shutdown.add(UsageApp.start(rollUps, telemetry.registry()));
        }
    }

    private static @Nullable GatewayFrontEnd gateway(
            GatewayOptions gateway, String host, FrontEndBackend backend, FrontEndBackend.Telemetry telemetry)
            throws CommandFailure {
        return gateway.isOn()
                ? GatewayFrontEnd.start(
                        new GatewayFrontEnd.Settings(gateway.read(host, /* secured= */ null), gateway.quotas()),
                        backend,
                        DataPlane.open(backend.fast()).access(),
                        telemetry)
                : null;
    }

    /** Properties of a streams app that is alone, and finds its partitions again at once after {@code kill -9}. */
    private static Map<String, String> singleInstance(Map<String, String> kafka) {
        return Map.of(
                "bootstrap.servers", kafka.getOrDefault("bootstrap.servers", ""),
                "group.instance.id", "sluice-dev",
                "num.standby.replicas", "0");
    }

    private static void awaitReady(Supplier<Readiness> readiness) throws CommandFailure {
        long deadlineNanos = System.nanoTime() + READY_TIMEOUT.toNanos();
        Readiness now = readiness.get();
        while (!now.ready()) {
            if (System.nanoTime() > deadlineNanos) {
                throw new CommandFailure("not ready after " + READY_TIMEOUT.toSeconds() + " s: " + now.detail());
            }
            try {
                Thread.sleep(READY_POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure("interrupted while starting", e);
            }
            now = readiness.get();
        }
    }
}
