package io.sluice.cli.roles;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.api.ProbePort;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.RequestApiStartException;
import io.sluice.api.auth.Access;
import io.sluice.api.failure.RulesetFailurePolicies;
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
import io.sluice.client.FailurePolicy;
import io.sluice.client.KafkaAdmissions;
import io.sluice.client.RulesetFollower;
import io.sluice.client.fastpath.FastAdmissions;
import io.sluice.gateway.quota.QuotaService;
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

    @Option(
            names = "--failure-policy",
            paramLabel = "error|allow|deny",
            defaultValue = "error",
            description =
                    "The answer to callers when no verdict comes in time and the ruleset does not say: error, allow"
                            + " or deny (default: error).")
    private FailurePolicy failurePolicy = FailurePolicy.ERROR;

    @Option(
            names = "--reply-ordinal",
            paramLabel = "NUMBER",
            defaultValue = "-1",
            description = "Number of this instance, which picks its reply partition (default: the one that is used"
                    + " least).")
    private int replyOrdinal;

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
            throw new CommandFailure("grpc port: 0 (expected: 1..65535, for a gateway is nothing else)");
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
            RulesetFailurePolicies policies =
                    new RulesetFailurePolicies(failurePolicy, System::currentTimeMillis, registry);
            KafkaAdmissions admissions = shutdown.add(KafkaAdmissions.connect(
                    new ClientConfig(cluster, replyOrdinal, ClientConfig.PENDING_MAX, failurePolicy, PING_INTERVAL),
                    policies,
                    registry,
                    traces));
            shutdown.add(RulesetFollower.start(cluster, rules, registry, policies::activated, policies::accessChanged));
            FastAdmissions fast = shutdown.add(FastAdmissions.start(
                    new FastAdmissions.Backend(admissions, admissions, policies), fastPath.read(), registry, traces));
            GatewayFrontEnd started = GatewayFrontEnd.start(
                    new GatewayFrontEnd.Settings(gateway.read(host, secured), gateway.quotas()),
                    new GatewayFrontEnd.Cluster(
                            fast, new QuotaService.Backend(admissions, admissions), policies::inForce),
                    access.data(known),
                    new GatewayFrontEnd.Telemetry(registry, shutdown));
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
