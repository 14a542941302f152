package io.sluice.cli.roles;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.KeyFileOptions;
import io.sluice.cli.LabelOptions;
import io.sluice.cli.ListenPorts;
import io.sluice.cli.LogOptions;
import io.sluice.cli.ServerMetrics;
import io.sluice.cli.Shutdown;
import io.sluice.cli.TlsOptions;
import io.sluice.cli.TraceExport;
import io.sluice.cli.UsageOptions;
import io.sluice.cli.WebhookOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.streams.StreamsApp;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.streams.ops.ProbeServer;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.replica.ReplicaConfig;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.rules.RulesAppConfig;
import io.sluice.streams.usage.UsageApp;
import io.sluice.streams.usage.UsageConfig;
import io.sluice.streams.webhooks.WebhookApp;
import io.sluice.streams.webhooks.WebhookConfig;
import io.sluice.tls.ServerTls;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice streams-app}: one instance of the streams app against any Kafka. */
@Command(
        name = "streams-app",
        description = "Run one instance of the streams app.",
        footer = "  sluice streams-app --bootstrap-servers kafka-1:9092 --state-dir /var/lib/sluice"
                + " --command-public-key-file keys/command-public.pem --rules-public-key-file keys/rules-public.pem"
                + " --rules-key-file keys/rules-private.pem")
public final class StreamsAppCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private KeyFileOptions.RulesKey rulesKey = new KeyFileOptions.RulesKey();

    @Mixin
    private KeyFileOptions.RulesPublicKeys rulesKeys = new KeyFileOptions.RulesPublicKeys();

    @Mixin
    private KeyFileOptions.CommandPublicKeys commandKeys = new KeyFileOptions.CommandPublicKeys();

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            required = true,
            defaultValue = "${env:SLUICE_STATE_DIR}",
            description = "Directory of the stores; keep it across restarts (or $SLUICE_STATE_DIR).")
    private Path stateDir = Path.of("");

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "8082",
            description = "Port for probes and metrics (default: 8082).")
    private int adminPort;

    @Option(names = "--threads", paramLabel = "COUNT", defaultValue = "1", description = "Stream threads (default: 1).")
    private int threads;

    @Option(
            names = "--rules-writer",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Take part in writing rules, or leave it to other instances (default: take part).")
    private boolean rulesWriter = true;

    @Option(
            names = "--require-approval",
            description = "Activate only rulesets that somebody other than their author has approved.")
    private boolean requireApproval;

    @Mixin
    private ReplicaOptions replica = new ReplicaOptions();

    @Mixin
    private UsageOptions usage = new UsageOptions();

    @Mixin
    private WebhookOptions webhooks = new WebhookOptions();

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        StreamsAppConfig.Limits limits =
                StreamsAppConfig.Limits.standard().withThreads(threads).with(labels.read());
        ListenPorts unused = ListenPorts.on(host).tried("admin", adminPort);
        TrustedKeys keys = trustedKeys();
        Map<String, String> cluster = kafka.reachable();
        ReplicaConfig replicaConfig = replica.read();
        UsageConfig usageConfig = replicaConfig == null ? usage.read(cluster, stateDir) : null;
        WebhookConfig webhookConfig = webhooks.read(cluster);
        if (replicaConfig != null && webhookConfig != null) {
            throw new CommandFailure(
                    "--reply-replica: with --webhook-url (expected: without; the streams app posts alerts)");
        }
        // Read before anything starts, so that a missing key is reported at once. A replica verifies messages of wide
        // limits with it.
        List<SigningKey> rulesKeyList =
                replicaConfig != null || rulesWriter || rulesKey.isGiven() ? rulesKey.read() : List.of();
        SigningKey signing = rulesKeyList.isEmpty() ? null : rulesKeyList.get(0);
        List<SigningKey> others = rulesKeyList.stream().skip(1).toList();
        PrometheusMeterRegistry registry = ServerMetrics.registry();
        try (Shutdown shutdown = new Shutdown()) {
            OpenTelemetry traces = shutdown.add(TraceExport.start("sluice-streams-app", registry))
                    .openTelemetry();
            ServerTls secured = tls.open(registry, shutdown);
            StreamsApp app = shutdown.add(StreamsApp.start(
                    new StreamsAppConfig(cluster, stateDir, keys, signing, others, limits, replicaConfig),
                    registry,
                    traces));
            app.onFailure(() -> shutdown.fail("the streams app has given up"));
            RulesApp rules = null;
            if (rulesWriter && signing != null && replicaConfig == null) {
                rules = shutdown.add(RulesApp.start(
                        new RulesAppConfig(cluster, stateDir, signing, keys, requireApproval), registry));
                rules.onFailure(() -> shutdown.fail("the rules writer has given up"));
            }
            // Last, because verdicts never wait for it, and it starts by itself.
            UsageApp usageApp = usageConfig == null ? null : shutdown.add(UsageApp.start(usageConfig, registry));
            if (webhookConfig != null) {
                shutdown.add(WebhookApp.start(webhookConfig, registry));
            }
            // Close it first, because callers wait for its verdicts: other instances should take over its partitions
            // before the rest.
            shutdown.closeFirst(app);
            ProbeServer.Health health = new RolesHealth(app, rules, usageApp);
            ProbeServer probes = shutdown.add(
                    ProbeServer.start(new InetSocketAddress(host, adminPort), health, registry::scrape, secured));
            spec.commandLine()
                    .getOut()
                    .println("sluice streams-app: admin " + TlsOptions.url(secured, host, probes.port()));
            spec.commandLine().getOut().flush();
            shutdown.await();
        } catch (StartupException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
        return 0;
    }

    private TrustedKeys trustedKeys() throws CommandFailure {
        return new TrustedKeys(rulesKeys.read(), commandKeys.read());
    }
}
