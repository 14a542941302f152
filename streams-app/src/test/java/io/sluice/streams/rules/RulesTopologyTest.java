package io.sluice.streams.rules;

import static io.sluice.streams.rules.RulesWriterFixture.burst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.ControlCommandCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules writer: what goes in, and all that comes out. */
final class RulesTopologyTest {
    @TempDir
    private Path stateDir;

    private RulesWriterFixture writer;

    @BeforeEach
    void start() {
        writer = new RulesWriterFixture(stateDir, false);
    }

    @AfterEach
    void stop() {
        writer.close();
    }

    @Test
    void shouldAuditPublishAndAnswer_whenAProposalBecomesARevision() throws Exception {
        // Given
        // When
        RulesReply.Outcome proposed = writer.run("alice", new ControlCommand.Propose(0, burst(1)));
        RulesReply.Outcome approved = writer.run("bob", new ControlCommand.Approve(1));
        RulesReply.Outcome activated = writer.run("carol", new ControlCommand.Activate(1, 0));

        // Then
        assertThat(proposed).isEqualTo(new RulesReply.Accepted(1, 1L, null));
        assertThat(approved).isEqualTo(new RulesReply.Accepted(2, 1L, null));
        assertThat(activated).isEqualTo(new RulesReply.Accepted(3, 1L, 1L));
        long at = RulesWriterFixture.START_MILLIS;
        assertThat(writer.audit())
                .containsExactly(
                        new AuditEntry(
                                1, at + 1, "alice", "reason 1", new AuditEntry.Proposed(1, "command-1", 0, burst(1))),
                        new AuditEntry(2, at + 2, "bob", "reason 2", new AuditEntry.Approved(1)),
                        new AuditEntry(3, at + 3, "carol", "reason 3", new AuditEntry.Activated(1, 1, burst(1))));
        assertThat(writer.revisions()).containsExactly(new RulesetActivation(1, burst(1), "carol", "reason 3"));
        assertThat(writer.registry.get("sluice.rules.revision").gauge().value()).isEqualTo(1);
    }

    @Test
    void shouldPublishTheOldDocumentUnderANewNumber_whenRolledBack() throws Exception {
        // Given
        writer.run("alice", new ControlCommand.Propose(0, burst(1)));
        writer.run("alice", new ControlCommand.Activate(1, 0));
        writer.run("alice", new ControlCommand.Propose(1, burst(2)));

        // When
        RulesReply.Outcome activated = writer.run("alice", new ControlCommand.Activate(2, 1));
        RulesReply.Outcome rolledBack = writer.run("alice", new ControlCommand.RollBack(1, 2));

        // Then
        assertThat(activated).isEqualTo(new RulesReply.Accepted(4, 2L, 2L));
        assertThat(rolledBack).isEqualTo(new RulesReply.Accepted(5, null, 3L));
        assertThat(writer.revisions())
                .extracting(RulesetActivation::revision, RulesetActivation::documentJson)
                .containsExactly(tuple(1L, burst(1)), tuple(2L, burst(2)), tuple(3L, burst(1)));
    }

    @Test
    void shouldAnswerWhy_whenRefused() throws Exception {
        // Given
        // When
        RulesReply.Outcome invalid = writer.run("alice", new ControlCommand.Propose(0, "{\"limits\":[{}],\"x\":1}"));
        RulesReply.Outcome notJson = writer.run("alice", new ControlCommand.Propose(0, "{"));
        RulesReply.Outcome stale = writer.run("alice", new ControlCommand.Propose(3, burst(1)));
        RulesReply.Outcome unknown = writer.run("alice", new ControlCommand.Approve(1));

        // Then
        RulesReply.Refused refused = (RulesReply.Refused) invalid;
        assertThat(refused.code()).isEqualTo("invalid-document");
        assertThat(refused.problems())
                .extracting(RulesReply.Problem::field)
                .contains("x", "limits[0].id", "limits[0].scope", "limits[0].rate");
        assertThat(((RulesReply.Refused) notJson).problems()).hasSize(1);
        assertThat(((RulesReply.Refused) stale).code()).isEqualTo("stale-revision");
        assertThat(((RulesReply.Refused) unknown).code()).isEqualTo("unknown-proposal");
        assertThat(writer.audit()).isEmpty();
        assertThat(writer.revisions()).isEmpty();
    }

    @Test
    void shouldListAHundredProblems_whenThereAreMore() throws Exception {
        // Given
        String document = "{\"limits\":[" + "{},".repeat(200) + "{}]}";

        // When
        RulesReply.Refused refused = (RulesReply.Refused) writer.run("alice", new ControlCommand.Propose(0, document));

        // Then
        assertThat(refused.problems()).hasSize(RulesReply.PROBLEMS_LISTED_MAX);
        assertThat(refused.detail()).matches("\\d{3,} problems \\(expected: a valid ruleset\\)");
    }

    @Test
    void shouldRefuse_whenTheDocumentWouldNotFitIntoARequestPartition() throws Exception {
        // Given a document that hardly gets smaller when it is packed
        Random random = new Random(7);
        StringBuilder noise = new StringBuilder();
        for (int i = 0; i < 1_030_000; i++) {
            noise.append((char) ('0' + random.nextInt(64)));
        }
        String text = noise.toString().replace('\\', '!');
        String document = burst(1).replace("{\"limits\"", "{\"description\":\"" + text + "\",\"limits\"");

        // When
        RulesReply.Refused refused = (RulesReply.Refused) writer.run("alice", new ControlCommand.Propose(0, document));

        // Then
        assertThat(refused.code()).isEqualTo("invalid-document");
        assertThat(refused.problems().get(0).detail()).contains("bytes as a control record (expected: at most");
        assertThat(writer.audit()).isEmpty();
    }

    @Test
    void shouldTakeEveryStep_whenARulesetHasTenThousandLimits() throws Exception {
        // Given
        String many = RulesWriterFixture.limits(10_000, 1);
        String others = RulesWriterFixture.limits(10_000, 2);

        // When
        writer.run("alice", new ControlCommand.Propose(0, many));
        writer.run("bob", new ControlCommand.Activate(1, 0));
        writer.run("alice", new ControlCommand.Propose(1, others));
        writer.run("bob", new ControlCommand.Activate(2, 1));
        RulesReply.Outcome back = writer.run("bob", new ControlCommand.RollBack(1, 2));

        // Then
        assertThat(many.length()).isGreaterThan(900_000);
        assertThat(back).isEqualTo(new RulesReply.Accepted(5, null, 3L));
        assertThat(writer.revisions())
                .extracting(RulesetActivation::revision, RulesetActivation::documentJson)
                .containsExactly(tuple(1L, many), tuple(2L, others), tuple(3L, many));
        assertThat(writer.audit()).extracting(AuditEntry::action).contains(new AuditEntry.Activated(2, 2, others));
    }

    @Test
    void shouldAnswerTheSame_whenACommandComesTwice() throws Exception {
        // Given
        byte[] command = RulesWriterFixture.signed(new ControlCommand(
                "same", "alice", "why", new ControlCommand.Propose(0, burst(1)), RulesWriterFixture.REPLY));

        // When
        writer.send(command);
        writer.send(command);

        // Then
        assertThat(writer.onlyReply().outcome()).isEqualTo(new RulesReply.Accepted(1, 1L, null));
        assertThat(writer.onlyReply().outcome()).isEqualTo(new RulesReply.Accepted(1, 1L, null));
        assertThat(writer.audit()).hasSize(1);
    }

    @Test
    void shouldChangeNothing_whenForgedOrMalformed() throws Exception {
        // Given
        ControlCommand propose = new ControlCommand(
                "c", "mallory", "why", new ControlCommand.Propose(0, burst(9)), RulesWriterFixture.REPLY);
        String payload = ControlCommandCodec.encode(propose);
        List<byte[]> forged = List.of(
                RequestCodec.encode(new ControlRecord(payload, "ed25519:00")),
                RequestCodec.encode(TestKeys.UNAUTHENTICATED.sign(SignedKind.RULES_COMMAND, payload)),
                // The rules key does not command, and a command to an account is none to the writer.
                RequestCodec.encode(TestKeys.RULES.sign(SignedKind.RULES_COMMAND, payload)),
                RequestCodec.encode(TestKeys.COMMANDS.sign(SignedKind.ACCOUNT_COMMAND, payload)),
                RequestCodec.encode(new ControlRecord(
                        payload.replace("mallory", "alice"),
                        TestKeys.COMMANDS
                                .sign(SignedKind.RULES_COMMAND, payload)
                                .signature())),
                // What the writer itself has signed.
                RequestCodec.encode(TestKeys.RULES.sign(
                        SignedKind.RULES, ActivationCodec.encode(new RulesetActivation(1, burst(9), "alice", "why")))));
        List<byte[]> malformed = List.of(
                "no json".getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(new Ping().repliedTo(RulesWriterFixture.REPLY)),
                // Signed, but no command.
                RequestCodec.encode(TestKeys.COMMANDS.sign(
                        SignedKind.RULES_COMMAND,
                        ActivationCodec.encode(new RulesetActivation(1, burst(9), "alice", "why")))),
                RulesWriterFixture.signed(propose.repliedTo(new ReplyAddress(2, "beyond the topic"))));

        // When
        forged.forEach(writer::send);
        malformed.forEach(writer::send);

        // Then
        assertThat(writer.deadLetters())
                .extracting(RulesTopologyTest::reason)
                .containsExactly(
                        "forged",
                        "forged",
                        "forged",
                        "forged",
                        "forged",
                        "forged",
                        "malformed",
                        "malformed",
                        "malformed",
                        "malformed");
        assertThat(writer.isSilent()).isTrue();
    }

    @Test
    void shouldSetTheBeginningAside_whenACommandIsHuge() throws Exception {
        // Given
        // When
        writer.send(new byte[3 * 1_048_576]);

        // Then
        TestRecord<byte[], byte[]> deadLetter = writer.deadLetters().get(0);
        assertThat(reason(deadLetter)).isEqualTo("malformed");
        assertThat(deadLetter.value()).hasSize(65_536);
        assertThat(deadLetter.headers().lastHeader("sluice.value-bytes").value())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("3145728");
        assertThat(writer.run("alice", new ControlCommand.Propose(0, burst(1))))
                .isEqualTo(new RulesReply.Accepted(1, 1L, null));
    }

    @Test
    void shouldShortenWhatIsQuoted_whenADocumentBringsLongNames() throws Exception {
        // Given
        String document = "{\"limits\":["
                + "{\"id\":\"%s\"},".formatted("X".repeat(3_000)).repeat(99) + "{\"id\":\"y\"}]}";

        // When
        RulesReply.Refused refused = (RulesReply.Refused) writer.run("alice", new ControlCommand.Propose(0, document));

        // Then
        assertThat(refused.problems())
                .hasSizeGreaterThan(50)
                .allSatisfy(problem -> assertThat(
                                problem.field().length() + problem.detail().length())
                        .isLessThan(2_010));
    }

    private static String reason(TestRecord<byte[], byte[]> deadLetter) {
        assertThat(deadLetter.headers().lastHeader("sluice.topic").value())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("sluice.rules-commands.v1");
        return new String(deadLetter.headers().lastHeader("sluice.reason").value(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldAskForSomebodyElse_whenApprovalIsRequired(@TempDir Path strictDir) throws Exception {
        // Given
        try (RulesWriterFixture strict = new RulesWriterFixture(strictDir, true)) {
            strict.run("alice", new ControlCommand.Propose(0, burst(1)));

            // When
            RulesReply.Outcome tooEarly = strict.run("alice", new ControlCommand.Activate(1, 0));
            RulesReply.Outcome own = strict.run("alice", new ControlCommand.Approve(1));
            strict.run("bob", new ControlCommand.Approve(1));
            RulesReply.Outcome activated = strict.run("alice", new ControlCommand.Activate(1, 0));

            // Then
            assertThat(((RulesReply.Refused) tooEarly).code()).isEqualTo("not-approved");
            assertThat(((RulesReply.Refused) own).code()).isEqualTo("same-principal");
            assertThat(activated).isEqualTo(new RulesReply.Accepted(3, 1L, 1L));
        }
    }
}
