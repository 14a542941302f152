package io.sluice.testkit.oracle;

import static io.sluice.schemas.request.AdmissionRequest.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.keys.TestKeys;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracle knows what becomes of accounts, and sees where something else was written. */
final class LogOracleProfilesTest {
    private static final Profile.Change CHANGED = new Profile.Change(1_000, "testkit", "a test");
    private static final Profile NONE = new Profile("acme", 0, null, Map.of(), null, null);
    private static final Profile DENIED =
            new Profile("acme", 1, null, Map.of(), new Profile.Listing(false, null, ""), CHANGED);

    private final OracleLog log = new OracleLog();
    private final AccountCommand deny = AccountCommandSamples.of(
                    "acme", 0, new AccountCommand.SetListing(new Profile.Listing(false, null, "")))
            .repliedTo(new ReplyAddress(1, "deny"));

    /** 0 ruleset; 1 allowed; 2 denies; 3 denied; 4 the same again; 5 under another account; 6 for version 0 again. */
    @BeforeEach
    void writeLog() throws Exception {
        log.activate(1_000, 1, OracleLog.THREE_PER_SECOND);
        log.ask(1_000, of("acme"));
        log.add(1_000, "acme", AccountCommandSamples.signed(TestKeys.COMMANDS, deny));
        log.ask(1_000, of("acme"));
        log.add(1_000, "acme", AccountCommandSamples.signed(TestKeys.COMMANDS, deny));
        log.add(1_000, "beta", AccountCommandSamples.signed(TestKeys.COMMANDS, deny));
        AccountCommand late =
                new AccountCommand("acme", "late", "testkit", "a test", 0, new AccountCommand.SetListing(null), null);
        log.add(1_000, "acme", AccountCommandSamples.signed(TestKeys.COMMANDS, late));
    }

    private List<AuditEntry> audit() {
        return List.of(new AuditEntry(
                0,
                1_000,
                "testkit",
                "a test",
                new AuditEntry.AccountChanged(deny.commandId(), deny.action(), NONE, DENIED, 0)));
    }

    private static ProfileReply reply(Profile profile, boolean changed) {
        return new ProfileReply("deny", new ProfileReply.Shown(profile, "standard", 1_000, 1, changed, 0));
    }

    private static List<ProfileReply> replies() {
        return List.of(reply(DENIED, true), reply(DENIED, false));
    }

    @Test
    void shouldKnowWhatChanged_whenReplayed() {
        // When
        LogOracle oracle = log.replay();

        // Then
        assertThat(oracle.outcomes().get("0-1").admits()).isTrue();
        assertThat(oracle.outcomes().get("0-3").outcome().allowed()).isFalse();
        assertThat(oracle.expectedChanges()).isEqualTo(1);
        assertThat(oracle.deadLetters()).containsOnlyKeys("0-5");
        assertThat(oracle.deadLetters().get("0-5").reason()).isEqualTo(ExpectedDeadLetter.INVALID_COMMAND);
        oracle.assertProfiles(List.of(DENIED), audit(), replies());
    }

    @Test
    void shouldFail_whenProfileEntryOrAnswerIsNotTheRightOne() {
        // Given
        LogOracle oracle = log.replay();
        Profile other = new Profile("acme", 1, "pro", Map.of(), null, CHANGED);

        // When / Then
        assertThatThrownBy(() -> oracle.assertProfiles(List.of(), audit(), replies()))
                .hasMessageContaining("profiles of acme");
        assertThatThrownBy(() -> oracle.assertProfiles(List.of(other), audit(), replies()))
                .hasMessageContaining("profiles of acme");
        assertThatThrownBy(() -> oracle.assertProfiles(List.of(DENIED, DENIED), audit(), replies()))
                .hasMessageContaining("profiles of acme");
        assertThatThrownBy(() -> oracle.assertProfiles(List.of(DENIED), List.of(), replies()))
                .hasMessageContaining("audit trail of accounts");
        assertThatThrownBy(() ->
                        oracle.assertProfiles(List.of(DENIED), List.of(audit().get(0), audit().get(0)), replies()))
                .hasMessageContaining("audit trail of accounts");
        assertThatThrownBy(() -> oracle.assertProfiles(List.of(DENIED), audit(), List.of(reply(NONE, false))))
                .hasMessageContaining("answers to command acme-0");
    }
}
