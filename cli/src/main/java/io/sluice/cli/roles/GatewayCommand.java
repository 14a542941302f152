package io.sluice.cli.roles;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.api.ProbePort;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.RequestApiStartException;
import io.sluice.api.auth.Access;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.FastPathOptions;
import io.sluice.cli.GatewayOptions;
import io.sluice.cli.KeyFileOptions;
import io.sluice.cli.ListenPorts;
import io.sluice.cli.LogOptions;
import io.sluice.cli.ServerMetrics;
import io.sluice.cli.Shutdown;
import io.sluice.cli.TlsOptions;
import io.sluice.cli.TraceExport;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.client.ClientConfig;
import io.sluice.schemas.control.VerifyingKeys;
import io.sluice.tls.ServerTls;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice gateway}: the gRPC port of a front end alone, with probes and metrics beside it. */
@Command(
        name = "gateway",
        description = "Run one gRPC front end for gateways such as Envoy.",
        footer = {
            "  sluice gateway --bootstrap-servers kafka-1:9092 --keys keys.yaml",
            "  sluice gateway --bootstrap-servers kafka-1:9092 --data-open --grpc-port 9083 --admin-port 9084"
        })
public final class GatewayCommand implements Callable<Integer> {
    private static final Duration PING_INTERVAL = Duration.ofSeconds(5);

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
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "8084",
            description = "Port for probes and metrics (default: 8084).")
    private int adminPort;

    @Mixin
    private FrontEndOptions frontEnd = new FrontEndOptions();

    @Mixin
    private GatewayOptions gateway = new GatewayOptions();

    @Mixin
    private FastPathOptions fastPath = new FastPathOptions();

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Mixin
    private KeyFileOptions.RulesPublicKeys rulesKeys = new KeyFileOptions.RulesPublicKeys();

    @Mixin
    private AccessOptions access = new AccessOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        if (!gateway.isOn()) {
            throw new CommandFailure("grpc port: 0 (expected: 1..65535, since a gateway serves only gRPC)");
        }
        PrometheusMeterRegistry registry = ServerMetrics.registry();
        Map<String, String> cluster = kafka.reachable();
        ListenPorts unused = ListenPorts.on(host).tried("grpc", gateway.port()).tried("admin", adminPort);
        VerifyingKeys rules = rulesKeys.read();
        try (Shutdown shutdown = new Shutdown()) {
            ServerTls secured = tls.open(registry, shutdown);
            OpenTelemetry traces =
                    shutdown.add(TraceExport.start("sluice-gateway", registry)).openTelemetry();
            Access known = shutdown.add(access.known(registry));
            FrontEndBackend.Telemetry telemetry = new FrontEndBackend.Telemetry(registry, traces, shutdown);
            FrontEndBackend backend = FrontEndBackend.connect(
                    new ClientConfig(
                                    cluster,
                                    frontEnd.replyOrdinal(),
                                    ClientConfig.PENDING_MAX,
                                    frontEnd.failurePolicy(),
                                    PING_INTERVAL)
                            .remembering(frontEnd.repliesRememberedMax()),
                    rules,
                    fastPath.read(),
                    telemetry);
            GatewayFrontEnd started = GatewayFrontEnd.start(
                    new GatewayFrontEnd.Settings(gateway.read(host, secured), gateway.quotas()),
                    backend,
                    access.data(known),
                    telemetry);
            ProbePort probes = shutdown.add(ProbePort.start(
                    RequestApiConfig.standard(host, 0, adminPort).with(secured), started.admissions(), registry));
            spec.commandLine()
                    .getOut()
                    .println("sluice gateway: grpc " + host + ":" + started.port() + "  admin "
                            + TlsOptions.url(secured, host, probes.number()));
            spec.commandLine().getOut().flush();
            shutdown.await();
        } catch (RequestApiStartException | KafkaException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
        return 0;
    }
}
