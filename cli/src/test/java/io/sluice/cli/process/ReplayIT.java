package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import io.sluice.replay.log.ExportedLog;
import io.sluice.replay.log.LogFileWriter;
import io.sluice.replay.log.LogManifest;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.wide.ChargeVoucher;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.VoucherEnds.VoucherEnd;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.gen.BadRecord;
import io.sluice.testkit.gen.BadRecords;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A log of everything, decided by an app that is killed; then decided again, also under other rules. */
final class ReplayIT {
    private static final int PARTITIONS = 2;
    private static final long SEED = 23;
    private static final int REQUESTS = 300;
    /** Before the second ruleset, in every partition. */
    private static final long CUT_OFFSET = 40;

    private static final String RULES = """
        {"tiers":["free","pro"],"defaultTier":"free","limits":[
         {"id":"per-client","scope":"client","rate":{"tokens":2,"per":"1s"},"burst":%d},
         {"id":"per-account","scope":"account","rate":{"tokens":20,"per":"1s"},"burst":40}]}
        """;
    private static final Duration WITHIN = Duration.ofMinutes(3);

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    /** Where the candidate is really served. */
    @RegisterExtension
    static final BrokerExtension OTHER = new BrokerExtension();

    @TempDir
    private Path directory;

    /** A message between partitions that the app has refused. */
    private DecisionId forged;

    /** What a command printed, and how it ended. */
    private record Ran(int exitCode, String out, String err) {}

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Sluice.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = command.execute(arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private String[] fromCluster(String... arguments) {
        Map<String, String> keys = TestKeys.writeTo(directory.resolve("keys"));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--bootstrap-servers",
                BROKER.bootstrapServers(),
                "--rules-public-key-file",
                keys.get("SLUICE_RULES_PUBLIC_KEY_FILE"),
                "--command-public-key-file",
                keys.get("SLUICE_COMMAND_PUBLIC_KEY_FILE")));
        return all.toArray(String[]::new);
    }

    @Test
    void shouldRederiveFindAndForetell_whenAnAppWasKilledOverALogOfEverything() throws Exception {
        // Given
        BROKER.createTopics(PARTITIONS, PARTITIONS);
        decideEverything();
        Path log = directory.resolve("log");

        // When, Then
        shouldRederiveEverything();
        assertThat(run(fromCluster("log", "export", log.toString())).exitCode()).isZero();
        assertThat(new ExportedLog(log).unproven().has(forged.partition(), forged.offset()))
                .isTrue();
        shouldFindTheFalsifiedDecision();
        shouldExplain(log);
        shouldForetellTheFlips(log);
        shouldBeginUnderTheRulesOfThatTime_whenTheHeadIsGone();
    }

    private void decideEverything() throws Exception {
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            ControlRecord first = Activations.signed(TestKeys.RULES, 1, RULES.formatted(6));
            // As the rules writer does, before every partition has it.
            writer.send(TopicCatalogue.RULES, 0, "1".getBytes(StandardCharsets.UTF_8), RequestCodec.encode(first));
            writer.broadcast(first, PARTITIONS);
            RequestGenerator generator = new RequestGenerator(SEED, TrafficShape.mixed(PARTITIONS));
            write(writer, generator);
            SluiceProcess killed = streamsApp(BROKER, "state");
            Awaitility.await()
                    .atMost(WITHIN)
                    .until(() -> TopicReader.endOf(BROKER.bootstrapServers(), TopicCatalogue.DECISIONS) > 0);
            killed.kill();
            writer.broadcast(Activations.signed(TestKeys.RULES, 2, RULES.formatted(5)), PARTITIONS);
            write(writer, generator);
            for (BadRecord record : BadRecords.all(PARTITIONS, PARTITIONS)) {
                writer.send(TopicCatalogue.REQUESTS, record.partition(), record.key(), record.value());
            }
            forged = place(writer.send(TopicCatalogue.REQUESTS, 1, /* key= */ null, RequestCodec.encode(forged())));
        }
        try (SluiceProcess app = streamsApp(BROKER, "state")) {
            // The oracle waits for what is decided, and finds it right by other code.
            LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, PARTITIONS));
            assertThat(app.stopWithin(WITHIN)).isTrue();
        }
    }

    /** A message of partition 0 to partition 1, which looks like one of an app. */
    private static ControlRecord forged() {
        VoucherEnd end = new VoucherEnd("per-client", new ChargeVoucher(1, 0, 1, 1, "", 1), 1, 0);
        return MessageKey.ofReplay()
                .sign(PartitionMessageCodec.encode(new VoucherEnds(0, 1 << 20, 1, 0, List.of(end))));
    }

    private static void write(TopicWriter writer, RequestGenerator generator) throws Exception {
        for (int i = 0; i < REQUESTS; i++) {
            RequestRecord record = generator.nextRecord();
            writer.ask(record);
            ClientId client = ((AdmissionRequest) record.request()).clientId();
            if (i % 20 == 0) {
                DecisionId hold = place(writer.ask(
                        AdmissionRequest.of(client.text()).reserveMillis(500).build()));
                if (i % 40 == 0) {
                    writer.ask(new SettleRequest(SettleRequest.Verb.COMMIT, client, hold, 1));
                }
            } else if (i % 20 == 7) {
                AdmissionRequest local = AdmissionRequest.local(client, 1, Route.NONE, Map.of(), Priority.NORMAL);
                DecisionId lease = place(writer.ask(LeaseRequest.checked(local, 3, 400)));
                AdmissionRequest told = AdmissionRequest.local(client, 0, Route.NONE, Map.of(), Priority.NORMAL);
                writer.ask(new LeaseReport(told, lease, 1, 1, 2));
            } else if (i == 150) {
                AccountCommand command =
                        AccountCommandSamples.of(client.account(), 0, new AccountCommand.SetTier("pro"));
                writer.send(
                        TopicCatalogue.REQUESTS,
                        AccountPartitioner.partitionOf(client.account(), PARTITIONS),
                        client.account().getBytes(StandardCharsets.UTF_8),
                        RequestCodec.encode(AccountCommandSamples.signed(TestKeys.COMMANDS, command)));
            }
        }
    }

    private static DecisionId place(RecordMetadata metadata) {
        return new DecisionId(metadata.partition(), metadata.offset());
    }

    private void shouldRederiveEverything() {
        // When
        Ran audit = run(fromCluster("replay"));

        // Then
        assertThat(audit.exitCode())
                .as("seed %s: %s%s", SEED, audit.out(), audit.err())
                .isZero();
        assertThat(audit.out()).contains(" decisions re-derived, 0 differences").contains("records are refused");
    }

    private void shouldFindTheFalsifiedDecision() throws Exception {
        // Given
        Decision victim = DecisionHistory.read(BROKER.bootstrapServers()).decisions().stream()
                .filter(decision -> decision.charged() > 0)
                .skip(20)
                .findFirst()
                .orElseThrow();
        byte[] falsified = DecisionCodec.encode(
                new Decision(victim.decisionId(), victim.request(), victim.charged() + 1, victim.details()));
        String account = victim.request().clientId().account();
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.send(
                    TopicCatalogue.DECISIONS,
                    AccountPartitioner.partitionOf(account, PARTITIONS),
                    account.getBytes(StandardCharsets.UTF_8),
                    falsified);
        }

        // When
        Ran audit = run(fromCluster("replay"));

        // Then
        assertThat(audit.exitCode()).as(audit.out()).isEqualTo(3);
        assertThat(audit.out())
                .contains("recorded without a cause: " + victim.decisionId())
                .contains("1 differences");
    }

    private void shouldExplain(Path log) throws Exception {
        // Given
        Decision denied = DecisionHistory.read(BROKER.bootstrapServers()).decisions().stream()
                .filter(decision ->
                        !decision.details().allowed() && !decision.details().replayed())
                .findFirst()
                .orElseThrow();

        // When
        Ran explained = run("explain", "--decision", denied.decisionId(), "--log", log.toString());

        // Then
        assertThat(explained.exitCode()).as(explained.err()).isZero();
        assertThat(explained.out())
                .startsWith("deny: " + denied.details().reason())
                .contains("client " + denied.request().clientId().text())
                .contains("per-client", "per-account")
                .contains("state: exact");
        assertThat(run("explain", "--decision", "7-1", "--log", log.toString()).err())
                .contains("partition 7 (expected: 0..1");
    }

    /** The candidate is served by an app, over the same log, in another cluster. */
    private void shouldForetellTheFlips(Path log) throws Exception {
        // Given
        Path candidate = Files.writeString(directory.resolve("candidate.json"), RULES.formatted(2));
        Path html = directory.resolve("report.html");
        Path comment = directory.resolve("comment.md");

        // When
        Ran told = run(
                "replay",
                "--log",
                log.toString(),
                "--rules",
                candidate.toString(),
                "--output",
                "json",
                "--html",
                html.toString(),
                "--markdown",
                comment.toString(),
                "--max-new-denials",
                "0.1%",
                "--no-flips",
                "tier=pro");

        // Then
        assertThat(told.exitCode()).as(told.err()).isEqualTo(5);
        assertThat(html).content().contains("What these rules would have done").doesNotContain("<script");
        assertThat(comment).content().contains("| TIER | REFUSED BY |");
        Map<?, ?> result = (Map<?, ?>) DocumentTree.ofJson(told.out().strip());
        long leased = requests(result, "leasedFlips");
        Map<?, ?> all = (Map<?, ?>) result.get("all");

        // When: really
        Map<String, Boolean> was = verdicts(BROKER);
        Map<String, Boolean> wouldBe = served(log, candidate);
        long newlyDenied = was.keySet().stream()
                .filter(id -> was.get(id) && Boolean.FALSE.equals(wouldBe.get(id)))
                .count();
        long newlyAllowed = was.keySet().stream()
                .filter(id -> !was.get(id) && Boolean.TRUE.equals(wouldBe.get(id)))
                .count();

        // Then
        assertThat(newlyDenied).as("seed %s", SEED).isPositive();
        assertThat(requests(all, "newlyDenied") - leased).isEqualTo(newlyDenied);
        assertThat(requests(all, "newlyAllowed")).isEqualTo(newlyAllowed);
    }

    private static long requests(Map<?, ?> members, String name) {
        return (Long) ((Map<?, ?>) members.get(name)).get("requests");
    }

    private Map<String, Boolean> served(Path log, Path candidate) throws Exception {
        OTHER.createTopics(PARTITIONS, PARTITIONS);
        timestamps("CreateTime");
        Path other = Files.createDirectories(directory.resolve("other"));
        LogManifest manifest = new ExportedLog(log).manifest();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            rewrite(log, other, partition, Files.readString(candidate));
        }
        manifest.write(other);
        Ran imported = run("log", "import", other.toString(), "--bootstrap-servers", OTHER.bootstrapServers());
        assertThat(imported.exitCode()).as(imported.err()).isZero();
        timestamps("LogAppendTime");
        try (SluiceProcess app = streamsApp(OTHER, "other-state")) {
            LogOracle.assertAll(OTHER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, PARTITIONS));
            assertThat(app.stopWithin(WITHIN)).isTrue();
        }
        assertThat(run("log", "import", other.toString(), "--bootstrap-servers", OTHER.bootstrapServers())
                        .err())
                .contains("expected: 0, a topic that nothing was written to");
        return verdicts(OTHER);
    }

    private void shouldBeginUnderTheRulesOfThatTime_whenTheHeadIsGone() throws Exception {
        // Given: what retention does one day
        Map<TopicPartition, RecordsToDelete> head = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            head.put(new TopicPartition(TopicCatalogue.REQUESTS, partition), RecordsToDelete.beforeOffset(CUT_OFFSET));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrapServers()))) {
            admin.deleteRecords(head).all().get();
        }

        // When
        Ran audit = run(fromCluster(
                "replay", "--resume", directory.resolve("audit.jsonl").toString()));
        Ran again = run(fromCluster(
                "replay", "--resume", directory.resolve("audit.jsonl").toString()));

        // Then: nothing is proved, and nothing is contradicted
        assertThat(audit.exitCode()).as(audit.out() + audit.err()).isEqualTo(4);
        assertThat(audit.out())
                .contains("rules at the beginning, partitions 0, 1: revision 1")
                .contains("prove nothing")
                .doesNotContain("came before any ruleset");
        assertThat(again.out()).isEqualTo(audit.out());
    }

    private static void timestamps(String type) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TopicCatalogue.REQUESTS);
        AlterConfigOp change =
                new AlterConfigOp(new ConfigEntry("message.timestamp.type", type), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", OTHER.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get();
        }
    }

    /** The same records, with the candidate in the place of the first ruleset; it is later than those that follow. */
    private static void rewrite(Path log, Path other, int partition, String rules) throws Exception {
        try (LogReader reader = new ExportedLog(log).requests(partition, null);
                LogFileWriter writer = new LogFileWriter(LogManifest.requestsFile(other, partition))) {
            LoggedRecord first = reader.next();
            byte[] activation = RequestCodec.encode(Activations.signed(TestKeys.RULES, 1_000, rules));
            writer.write(new LoggedRecord(first.offset(), first.timestampMillis(), first.key(), activation));
            for (LoggedRecord record = reader.next(); record != null; record = reader.next()) {
                writer.write(record);
            }
            writer.end();
        }
    }

    private static Map<String, Boolean> verdicts(BrokerExtension broker) {
        Map<String, Boolean> verdicts = new HashMap<>();
        DecisionHistory.read(broker.bootstrapServers())
                .decisions()
                .forEach(decision ->
                        verdicts.put(decision.decisionId(), decision.details().allowed()));
        return verdicts;
    }

    private SluiceProcess streamsApp(BrokerExtension broker, String state) throws IOException {
        return SluiceProcess.start(
                SluiceProcess.environment(broker.bootstrapServers(), directory.resolve("keys")),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--no-rules-writer",
                        "--state-dir",
                        directory.resolve(state).toString()));
    }
}
