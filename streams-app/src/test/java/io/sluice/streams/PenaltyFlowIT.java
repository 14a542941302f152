package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are refused again and again, on a real broker and RocksDB, over a restart; held against the log. */
final class PenaltyFlowIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 1;
    private static final long SEED = 20_261_129L;
    /** So few tokens that clients are refused on a slow machine as well. */
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"login\",\"scope\":\"client\",\"rate\":{\"tokens\":2,\"per\":\"1s\"},\"burst\":5}],"
            + "\"penalties\":{\"clientsPerAccount\":3,\"accountsPerPartition\":3,\"rules\":["
            + "{\"id\":\"often\",\"after\":{\"denials\":4,\"per\":\"2s\"},\"decay\":\"2s\",\"extend\":true,"
            + "\"ladder\":[{\"for\":\"1s\"},{\"action\":\"challenge\",\"for\":\"1s\"},{\"for\":\"2s\"}]},"
            + "{\"id\":\"shadow\",\"mode\":\"shadow\",\"scope\":\"account\",\"after\":{\"denials\":9,\"per\":\"2s\"},"
            + "\"decay\":\"1s\",\"ladder\":[{\"for\":\"1s\"}]},"
            + "{\"id\":\"half\",\"scope\":\"account\",\"limits\":[\"login\"],\"after\":{\"denials\":6,\"per\":\"2s\"},"
            + "\"decay\":\"3s\",\"ladder\":[{\"action\":\"scale\",\"scale\":\"50%\",\"for\":\"1s\"}]}]}}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, Long> versions = new HashMap<>();
    private long sequence;

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
    }

    @Test
    void shouldAgreeWithTheLog_whenClientsArePenalisedOverARestart(@TempDir Path stateDir) throws Exception {
        // Given
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(
                    TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), REQUEST_PARTITIONS);

            // When
            for (int run = 0; run < 2; run++) {
                try (StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir.resolve("run" + run))) {
                    traffic(writer, 600);
                    RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
                    assertThat(app.hasFailed()).isFalse();
                }
            }
        }

        // Then
        LogOracle oracle = RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
        assertThat(oracle.expectedPenalties()).as("seed %d", SEED).hasSizeGreaterThan(2);
    }

    private void traffic(TopicWriter writer, int records) throws WireException {
        for (int i = 0; i < records; i++) {
            sequence++;
            String account = "account-" + random.nextInt(5);
            if (random.nextInt(40) == 0) {
                pardon(writer, account);
            } else if (random.nextInt(30) == 0) {
                redeem(writer, account, (int) (sequence % 3));
            } else if (random.nextInt(20) == 0) {
                AdmissionRequest first = AdmissionRequest.of(account + "/0").build();
                AdmissionRequest second = AdmissionRequest.of(account + "/1").build();
                writer.ask(
                        BatchRequest.checked(List.of(first, second), null, null).repliedTo(reply()));
            } else {
                AdmissionRequest.Builder admission =
                        AdmissionRequest.of(account + "/" + random.nextInt(5)).cost(random.nextLong(3));
                if (random.nextInt(4) == 0) {
                    admission.idempotencyKey("k-" + random.nextInt(30));
                }
                writer.ask(admission.build().repliedTo(reply()));
            }
        }
    }

    private ReplyAddress reply() {
        return new ReplyAddress(random.nextInt(REPLY_PARTITIONS), "a-" + sequence);
    }

    /** Tokens of penalties that may have begun anywhere, good ones and forged ones: the ledger and the log decide. */
    private void redeem(TopicWriter writer, String account, int kind) throws WireException {
        int partition = AccountPartitioner.partitionOf(account, REQUEST_PARTITIONS);
        String token = ChallengeCodec.token(
                new Challenge(
                        ClientId.parse("clientId", account + "/" + random.nextInt(5)),
                        "often",
                        new DecisionId(partition, random.nextLong(sequence + 1)),
                        sequence),
                kind == 0 ? TestKeys.UNAUTHENTICATED : TestKeys.COMMANDS);
        AccountCommand command = new AccountCommand(
                kind == 1 ? "account-0" : account,
                "redeem-" + sequence,
                "testkit",
                "a test",
                0,
                new AccountCommand.Redeem(token),
                reply());
        writer.send(
                TopicCatalogue.REQUESTS,
                null,
                command.account().getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(AccountCommandSamples.signed(TestKeys.COMMANDS, command)));
    }

    /** Whether there is anything to pardon, only the ledger knows; so a version that is too high is tried as well. */
    private void pardon(TopicWriter writer, String account) {
        long version = versions.merge(account, 1L, Long::sum) - 1;
        AccountCommand command = AccountCommandSamples.of(
                account, version / 2, new AccountCommand.Pardon(random.nextBoolean() ? null : account + "/1"));
        writer.send(
                TopicCatalogue.REQUESTS,
                null,
                account.getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(AccountCommandSamples.signed(TestKeys.COMMANDS, command)));
    }
}
