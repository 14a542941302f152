package io.sluice.cli.roles;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.api.AdminPlane;
import io.sluice.api.DataPlane;
import io.sluice.api.RequestApi;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.RequestApiStartException;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.OidcClient;
import io.sluice.api.data.ForwardAuthConfig;
import io.sluice.api.replay.LogReplays;
import io.sluice.api.server.KnownHosts;
import io.sluice.cli.AdminHostOptions;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.DecisionScanOptions;
import io.sluice.cli.FastPathOptions;
import io.sluice.cli.ForwardAuthOptions;
import io.sluice.cli.GatewayOptions;
import io.sluice.cli.HttpOptions;
import io.sluice.cli.KeyFileOptions;
import io.sluice.cli.ListenPorts;
import io.sluice.cli.LogOptions;
import io.sluice.cli.ServerMetrics;
import io.sluice.cli.Shutdown;
import io.sluice.cli.TlsOptions;
import io.sluice.cli.TraceExport;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.cli.replay.FrontEndReplayOptions;
import io.sluice.client.ChallengeTokens;
import io.sluice.client.ClientConfig;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.KafkaAccountDecisions;
import io.sluice.client.KafkaAlerts;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.control.VerifyingKeys;
import io.sluice.tls.ServerTls;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice request-api}: one REST front end against any Kafka. */
@Command(
        name = "request-api",
        description = "Run one REST front end.",
        footer = {
            "  sluice request-api --bootstrap-servers kafka-1:9092 --keys keys.yaml",
            "  sluice request-api --bootstrap-servers kafka-1:9092 --data-open --http-port 9080 --admin-port 9081"
        })
public final class RequestApiCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port for admissions (default: 8080).")
    private int httpPort;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Port for operations (default: 8081).")
    private int adminPort;

    @Mixin
    private FrontEndOptions frontEnd = new FrontEndOptions();

    @Option(
            names = "--pending-max",
            paramLabel = "COUNT",
            defaultValue = "20000",
            description = "Requests that may wait for their verdicts at once (default: 20000).")
    private int pendingMax;

    @Option(
            names = "--wait-share-percent",
            paramLabel = "PERCENT",
            defaultValue = "75",
            description = "Percentage of its deadline that a request may wait; a request that would wait longer gets "
                    + "503 at once (default: 75).")
    private int waitSharePercent;

    @Option(
            names = "--ping-interval-millis",
            paramLabel = "MILLIS",
            defaultValue = "5000",
            description = "How often each request partition is pinged for readiness (default: 5000).")
    private long pingIntervalMillis;

    @Mixin
    private FastPathOptions fastPath = new FastPathOptions();

    @Mixin
    private HttpOptions http = new HttpOptions();

    @Mixin
    private DecisionScanOptions decisionScans = new DecisionScanOptions();

    @Mixin
    private ForwardAuthOptions forwardAuth = new ForwardAuthOptions();

    @Mixin
    private GatewayOptions gateway = new GatewayOptions();

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Mixin
    private KeyFileOptions.RulesPublicKeys rulesKeys = new KeyFileOptions.RulesPublicKeys();

    @Mixin
    private KeyFileOptions.CommandKey commandKey = new KeyFileOptions.CommandKey();

    @Mixin
    private AccessOptions access = new AccessOptions();

    @Mixin
    private SignInOptions signIn = new SignInOptions();

    @Mixin
    private EventOptions events = new EventOptions();

    @Mixin
    private FrontEndReplayOptions replay = new FrontEndReplayOptions();

    @Mixin
    private KeyFileOptions.CommandPublicKeys commandKeys = new KeyFileOptions.CommandPublicKeys();

    @Mixin
    private AdminHostOptions adminHosts = new AdminHostOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        RequestApiConfig.Bounds bounds = http.read();
        long warmUpMillisMax = http.warmUpMillisMax();
        ScanBounds scans = decisionScans.read();
        ForwardAuthConfig gateways = forwardAuth.read();
        PrometheusMeterRegistry registry = ServerMetrics.registry();
        Map<String, String> cluster = kafka.reachable();
        ListenPorts unused = ListenPorts.on(host)
                .tried("http", httpPort)
                .tried("admin", adminPort)
                .tried("grpc", gateway.port());
        VerifyingKeys rules = rulesKeys.read();
        ControlPlaneKeys planeKeys = commandKey.isGiven() ? new ControlPlaneKeys(commandKey.read(), rules) : null;
        if (replay.isOn() && planeKeys == null) {
            throw new CommandFailure(
                    "--replay: without --command-key-file (expected: both, since replays are part of the admin "
                            + "API)");
        }
        try (Shutdown shutdown = new Shutdown()) {
            ServerTls secured = tls.open(registry, shutdown);
            OpenTelemetry traces = shutdown.add(TraceExport.start("sluice-request-api", registry))
                    .openTelemetry();
            Access known = shutdown.add(access.known(registry));
            FrontEndBackend.Telemetry telemetry = new FrontEndBackend.Telemetry(registry, traces, shutdown);
            FrontEndBackend backend = FrontEndBackend.connect(clientConfig(cluster), rules, fastPath.read(), telemetry);
            Access callers = access.data(known);
            GatewayFrontEnd grpc = gateway.isOn()
                    ? GatewayFrontEnd.start(
                            new GatewayFrontEnd.Settings(gateway.read(host, secured), gateway.quotas()),
                            backend,
                            callers,
                            telemetry)
                    : null;
            DataPlane data = grpc == null ? new DataPlane(backend.fast(), callers) : grpc.dataPlane(callers);
            RequestApi api = shutdown.add(RequestApi.start(
                    RequestApiConfig.standard(host, httpPort, adminPort)
                            .with(bounds)
                            .with(gateways)
                            .withWarmUp(warmUpMillisMax)
                            .with(secured),
                    data.with(backend.ledger().usage())
                            .with(decisions(cluster, scans, registry, shutdown))
                            .with(planeKeys == null ? null : new ChallengeTokens(planeKeys.commands(), registry)),
                    adminPlane(cluster, planeKeys, known, registry, shutdown),
                    registry,
                    traces));
            if (grpc != null) {
                shutdown.closeFirst(grpc.server());
            }
            spec.commandLine()
                    .getOut()
                    .println("sluice request-api: http " + TlsOptions.url(secured, host, api.dataPort()) + "  admin "
                            + TlsOptions.url(secured, host, api.adminPort())
                            + (grpc == null ? "" : "  grpc " + host + ":" + grpc.port()));
            spec.commandLine().getOut().flush();
            shutdown.await();
        } catch (RequestApiStartException | KafkaException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
        return 0;
    }

    private ClientConfig clientConfig(Map<String, String> cluster) {
        return new ClientConfig(
                        cluster,
                        frontEnd.replyOrdinal(),
                        pendingMax,
                        frontEnd.failurePolicy(),
                        Duration.ofMillis(pingIntervalMillis),
                        waitSharePercent)
                .remembering(frontEnd.repliesRememberedMax());
    }

    private static @Nullable AccountDecisions decisions(
            Map<String, String> cluster, ScanBounds bounds, MeterRegistry registry, Shutdown shutdown) {
        return bounds.isOff() ? null : shutdown.add(KafkaAccountDecisions.start(cluster, bounds, registry));
    }

    /** Rulesets on the admin port, for a front end that has the key to sign commands with. */
    private @Nullable AdminPlane adminPlane(
            Map<String, String> cluster,
            @Nullable ControlPlaneKeys keys,
            Access known,
            MeterRegistry registry,
            Shutdown shutdown)
            throws CommandFailure {
        KnownHosts hosts = adminHosts.read();
        OidcClient oidc = signIn.read(access.issuer());
        LogReplays replays = keys != null && replay.isOn()
                ? shutdown.add(replay.start(cluster, new TrustedKeys(keys.rules(), commandKeys.read()), registry))
                : null;
        return keys == null
                ? null
                : new AdminPlane(
                                shutdown.add(KafkaControlPlane.connect(cluster, keys, registry)),
                                access.admin(known),
                                hosts)
                        .with(shutdown.add(KafkaAlerts.start(cluster, ScanBounds.ofAlerts(), registry)))
                        .with(oidc)
                        .with(events.read())
                        .with(replays);
    }
}
