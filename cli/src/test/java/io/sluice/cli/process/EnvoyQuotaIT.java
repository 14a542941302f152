package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cli.chaos.FreePorts;
import io.sluice.cli.chaos.TcpProxy;
import io.sluice.cli.process.HotLoad.Admitted;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bound of Envoys (G15), with two real Envoys as processes on one client and the example's configuration. One is
 * stopped, then cut off; the other is killed and comes back; Sluice is killed and comes back; rules change.
 */
@Tag("long")
final class EnvoyQuotaIT {
    private static final int REPLY_PARTITIONS = 2;
    private static final long BURST = 100;
    private static final long TOKENS_PER_SECOND = 60;
    private static final long LEASE_MILLIS = 6_000;
    /** Longer than what an Envoy was sent may be spent. */
    private static final int STANDSTILL_DENIALS = 500;

    private static final String EXAMPLE = "envoy-rlqs/envoy.yaml";
    private static final String CLIENT = "alice";
    private static final Pattern GATEWAY = Pattern.compile("sluice gateway: grpc (\\S+)");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsEnvoy() throws IOException, InterruptedException {
        QuotaEnvoy.assumeInstalled();
    }

    @Test
    void shouldNeverAdmitMoreThanWasDebited_whenEnvoyAndSluiceFail() throws Exception {
        // Given
        BROKER.createTopics(/* requestPartitions= */ 2, REPLY_PARTITIONS);
        FreePorts ports = new FreePorts();
        int grpc = ports.next();
        int adminPort = ports.next();
        QuotaEnvoy.Ports steadyPorts = new QuotaEnvoy.Ports(ports.next(), ports.next(), ports.next());
        QuotaEnvoy.Ports victimPorts = new QuotaEnvoy.Ports(ports.next(), ports.next(), grpc);
        long startedNanos = System.nanoTime();
        try (SluiceProcess streams = streamsApp();
                KafkaControlPlane plane = controlPlane();
                SluiceProcess gateway = gateway(grpc, adminPort);
                TcpProxy proxy = TcpProxy.start(steadyPorts.sluice(), grpc);
                QuotaEnvoy steady = QuotaEnvoy.start(EXAMPLE, steadyPorts, directory);
                QuotaEnvoy victim = QuotaEnvoy.start(EXAMPLE, victimPorts, directory);
                QuotaLoad steadyLoad = new QuotaLoad(steady.url(), CLIENT);
                QuotaLoad victimLoad = new QuotaLoad(victim.url(), CLIENT)) {
            streams.awaitStreamsApp();
            putInForce(plane, 0, "");
            gateway.awaitLine(GATEWAY);
            steadyLoad.start().awaitAdmitted(50);
            victimLoad.start().awaitAdmitted(50);

            // When: one stands still while the other dies.
            steady.pause();
            victim.kill();
            long stoppedNanos = System.nanoTime();
            try (QuotaEnvoy again = QuotaEnvoy.start(EXAMPLE, victimPorts, directory)) {
                victimLoad.awaitAdmitted(200);
                steady.resume();
                long standstillMillis = (System.nanoTime() - stoppedNanos) / 1_000_000;
                steadyLoad.awaitAdmitted(50);

                // When: one is cut off, until it has spent what it had.
                long cutNanos = System.nanoTime();
                proxy.hold();
                steadyLoad.awaitDenied(STANDSTILL_DENIALS);
                proxy.forward();
                long cutMillis = (System.nanoTime() - cutNanos) / 1_000_000;
                steadyLoad.awaitAdmitted(50);

                // When: Sluice dies and comes back.
                gateway.kill();
                try (SluiceProcess anotherGateway = gateway(grpc, adminPort)) {
                    anotherGateway.awaitLine(GATEWAY);
                    steadyLoad.awaitAdmitted(100);
                    victimLoad.awaitAdmitted(100);

                    // When: the client is put on the deny list.
                    putInForce(
                            plane,
                            1,
                            ",\"lists\":[{\"id\":\"banned\",\"access\":\"deny\",\"entries\":[{\"client\":\"" + CLIENT
                                    + "\"}]}]");
                    steadyLoad.awaitDenied(100);
                    victimLoad.awaitDenied(100);
                    List<Admitted> admitted = new ArrayList<>(steadyLoad.admitted());
                    admitted.addAll(victimLoad.admitted());
                    steadyLoad.awaitDenied(100);
                    victimLoad.awaitDenied(100);
                    assertThat(steadyLoad.admitted().size()
                                    + victimLoad.admitted().size())
                            .as("admitted once the client is denied")
                            .isEqualTo(admitted.size());
                    assertThat(anotherGateway.stop()).isTrue();

                    // Then
                    assertThat(again.url()).isEqualTo(victim.url());
                    assertBound(admitted, Math.max(standstillMillis, cutMillis), startedNanos);
                }
            }
        }
    }

    private static void assertBound(List<Admitted> admitted, long lateMillis, long startedNanos) {
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        assertThat((long) admitted.size()).as("admitted by Envoys").isBetween(500L, oracle.expectedLeased(CLIENT));
        long seconds = (System.nanoTime() - startedNanos) / 1_000_000_000 + 1;
        assertThat(oracle.expectedLeased(CLIENT)).isLessThanOrEqualTo(BURST + TOKENS_PER_SECOND * seconds);
        AdmittedWindows.of(admitted).assertBound(BURST, TOKENS_PER_SECOND, LEASE_MILLIS + lateMillis);
    }

    private static void putInForce(KafkaControlPlane plane, int variant, String more) {
        String document = "{\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":"
                + TOKENS_PER_SECOND + ",\"per\":\"1s\"},\"burst\":" + BURST + "}]" + more + "}";
        long proposal = taken(plane, "propose-" + variant, new ControlCommand.Propose(variant, document))
                .accepted()
                .proposalId();
        taken(plane, "activate-" + variant, new ControlCommand.Activate(proposal, variant));
    }

    private static ControlPlane.Taken taken(KafkaControlPlane plane, String name, ControlCommand.Step step) {
        ControlPlane.By by = new ControlPlane.By("tester", "a change under load");
        ControlPlane.Answer answer = plane.command(name, by, step).join();
        assertThat(answer).isInstanceOf(ControlPlane.Taken.class);
        return (ControlPlane.Taken) answer;
    }

    private static KafkaControlPlane controlPlane() {
        return KafkaControlPlane.connect(
                Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                new ControlPlaneKeys(TestKeys.COMMANDS, TestKeys.RULES_PUBLIC),
                new KafkaControlPlane.Terms(Duration.ofSeconds(60), new SimpleMeterRegistry()));
    }

    private SluiceProcess streamsApp() throws IOException {
        String state = directory.resolve("state").toString();
        return SluiceProcess.start(environment(), List.of("streams-app", "--admin-port", "0", "--state-dir", state));
    }

    private SluiceProcess gateway(int grpcPort, int adminPort) throws IOException {
        return SluiceProcess.start(
                environment(),
                List.of(
                        "gateway",
                        "--data-open",
                        "--grpc-port=" + grpcPort,
                        "--admin-port=" + adminPort,
                        "--quota-first-tokens=100",
                        "--quota-lease-millis=" + LEASE_MILLIS));
    }

    private Map<String, String> environment() {
        return SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys"));
    }
}
