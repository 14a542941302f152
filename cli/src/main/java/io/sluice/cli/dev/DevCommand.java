package io.sluice.cli.dev;

import io.sluice.cli.AdminHostOptions;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.FastPathOptions;
import io.sluice.cli.ForwardAuthOptions;
import io.sluice.cli.GatewayOptions;
import io.sluice.cli.HttpOptions;
import io.sluice.cli.ListenPorts;
import io.sluice.cli.LogOptions;
import io.sluice.cli.Shutdown;
import io.sluice.cli.UsageOptions;
import io.sluice.cli.WebhookOptions;
import io.sluice.cli.replay.FrontEndReplayOptions;
import io.sluice.cli.rules.RulesFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice dev}: a real broker, the streams app and the request API in one JVM, on a directory that is kept. */
@Command(
        name = "dev",
        description = "Run a broker, the streams app and the request API in one JVM.",
        footer = {
            "  sluice dev",
            "  sluice dev --ephemeral --rules rules.yaml",
            "  sluice dev --http-port 0 --admin-port 0 --kafka-port 0"
        })
public final class DevCommand implements Callable<Integer> {
    private static final String STANDARD_RULES = "dev-rules.yaml";
    /** By its name: this class is loaded where the broker is not. */
    private static final String BROKER = "io.sluice.broker.EmbeddedBroker";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory, kept across restarts (default: ~/.local/state/sluice/dev).")
    private @Nullable Path data;

    @Option(names = "--ephemeral", description = "Use a data directory that is deleted at the end.")
    private boolean ephemeral;

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

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Port of the broker (default: 9092).")
    private int kafkaPort;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description =
                    "Ruleset, YAML or JSON, - for standard input (default: the ruleset in force, else a built-in one).")
    private @Nullable Path rules;

    @Option(
            names = "--demo",
            description = "Send requests of a few made-up accounts, so that the console has something to show.")
    private boolean demo;

    @Mixin
    private AdminHostOptions adminHosts = new AdminHostOptions();

    @Mixin
    private FastPathOptions fastPath = new FastPathOptions();

    @Mixin
    private HttpOptions http = new HttpOptions();

    @Mixin
    private ForwardAuthOptions forwardAuth = new ForwardAuthOptions();

    @Mixin
    private GatewayOptions gateway = new GatewayOptions();

    @Mixin
    private UsageOptions usage = new UsageOptions();

    @Mixin
    private WebhookOptions webhooks = new WebhookOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        requireBroker();
        DevRules ruleset =
                rules == null ? new DevRules(standardRules(), false) : new DevRules(RulesFile.read(rules), true);
        DevCluster.FrontEnd frontEnd = new DevCluster.FrontEnd(
                fastPath.read(),
                http.read(),
                adminHosts.read(),
                http.warmUpMillisMax(),
                forwardAuth.read(),
                gateway,
                usage,
                webhooks,
                new FrontEndReplayOptions());
        try (Shutdown shutdown = new Shutdown()) {
            DevDirectory directory = shutdown.add(ephemeral ? DevDirectory.ephemeral() : DevDirectory.at(data));
            DevPorts ports = DevPorts.checked(host, httpPort, adminPort, kafkaPort);
            ListenPorts unused = ListenPorts.on(host).tried("grpc", gateway.port());
            DevCluster cluster = DevCluster.start(directory, ports, ruleset, frontEnd, shutdown);
            if (demo) {
                shutdown.add(DemoTraffic.start(cluster.httpUrl()));
            }
            announce(cluster, directory);
            shutdown.await();
        }
        return 0;
    }

    /** The image has no broker: its roles run against one that somebody else operates. */
    private static void requireBroker() throws CommandFailure {
        try {
            Class.forName(BROKER, false, DevCommand.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new CommandFailure(
                    "no broker is installed here (expected: ./sluice dev in a clone of the repository; here run"
                            + " sluice streams-app and sluice request-api against a Kafka of yours)",
                    e);
        }
    }

    private void announce(DevCluster cluster, DevDirectory directory) {
        PrintWriter out = spec.commandLine().getOut();
        String url = cluster.httpUrl() + "/v1/admissions";
        String ask =
                "curl -s -X POST " + url + " -H 'content-type: application/json' -d '{\"clientId\":\"acme/alice\"}'";
        out.println("sluice ready: http " + cluster.httpUrl() + "  admin " + cluster.adminUrl() + "  kafka "
                + cluster.bootstrapServers() + (gateway.isOn() ? "  grpc " + host + ":" + gateway.port() : ""));
        out.println("sluice console: " + cluster.adminUrl() + "/console");
        out.println();
        out.println("  " + ask);
        out.println("  for i in $(seq 25); do " + ask + " -o /dev/null -w '%{http_code}\\n'; done | sort | uniq -c");
        out.println("  ./sluice decisions --bootstrap-servers " + cluster.bootstrapServers());
        out.println(
                "  ./sluice replay --bootstrap-servers " + cluster.bootstrapServers() + directory.publicKeyOptions());
        out.flush();
    }

    private static RulesFile standardRules() throws CommandFailure {
        try (InputStream resource = DevCommand.class.getResourceAsStream("/" + STANDARD_RULES)) {
            if (resource == null) {
                throw new IllegalStateException(STANDARD_RULES + " is missing from the jar");
            }
            return RulesFile.parse(
                    "built-in " + STANDARD_RULES, new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CommandFailure("built-in " + STANDARD_RULES + " cannot be read", e);
        }
    }
}
