package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.AuditEntry.PenaltyChanged;
import io.sluice.schemas.control.AuditEntry.PenaltyLifted;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.Penalty;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.keys.TestKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Penalties over the wire: verdicts, the audit trail, and pardon. */
final class PenaltyTopologyTest extends TopologyTest {
    private static final String RULES = "{\"limits\":[{\"id\":\"login\",\"scope\":\"client\","
            + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":1}],"
            + "\"penalties\":{\"rules\":[{\"id\":\"stuffing\",\"after\":{\"denials\":2,\"per\":\"1m\"},"
            + "\"decay\":\"1h\",\"ladder\":[{\"action\":\"challenge\",\"for\":\"1m\"},{\"for\":\"10m\"}]}]}}";

    @BeforeEach
    void activate() {
        topology.activate(1, RULES);
    }

    private VerdictDetails ask() throws WireException {
        return topology.ask(AdmissionRequest.of("acme/a")).details();
    }

    private void penalised() throws WireException {
        ask();
        ask();
        ask();
    }

    @Test
    void shouldSayPenaltyAndUntil_whenDeniedTooOften() throws Exception {
        // When
        penalised();
        VerdictDetails during = ask();

        // Then
        long untilMillis = TopologyFixture.START_MILLIS + 60_000;
        assertThat(during.reasonCode()).isEqualTo("penalty");
        assertThat(during.action()).isEqualTo(ExceedAction.CHALLENGE);
        assertThat(during.retryAfterMillis()).isEqualTo(60_000);
        assertThat(during.penalty())
                .isEqualTo(new Penalty("stuffing", "acme/a", true, 1, 2, "challenge", untilMillis, begunBy(during)));
        assertThat(during.reason())
                .isEqualTo("penalty stuffing is in force for client acme/a, rung 1 of 2 (challenge);"
                        + " it ends in 60000 ms");
    }

    @Test
    void shouldAuditBeginningAndEnd_whenPenaltyIsOver() throws Exception {
        // When
        penalised();
        topology.advance(60_000);
        ask();

        // Then
        long startMillis = TopologyFixture.START_MILLIS;
        assertThat(topology.audit())
                .containsExactly(
                        new AuditEntry(
                                0,
                                startMillis,
                                "sluice",
                                "2 denials in 60000 ms",
                                new PenaltyChanged(
                                        "acme", "acme/a", "stuffing", "challenge", 1, startMillis + 60_000, true)),
                        new AuditEntry(
                                0,
                                startMillis + 60_000,
                                "sluice",
                                "it was over",
                                new PenaltyChanged("acme", "acme/a", "stuffing", null, 1, startMillis + 60_000, true)));
    }

    private static String begunBy(VerdictDetails details) {
        return details.penalty().begunBy();
    }

    private static String token(String clientId, VerdictDetails details, SigningKey key) throws WireException {
        return ChallengeCodec.token(
                new Challenge(
                        ClientId.parse("clientId", clientId),
                        details.penalty().id(),
                        DecisionId.parse("begunBy", begunBy(details)),
                        details.penalty().untilMillis()),
                key);
    }

    private ProfileReply.Outcome redeem(String account, String token) throws WireException {
        return topology.change(AccountCommandSamples.of(account, 0, new AccountCommand.Redeem(token)));
    }

    private static String code(ProfileReply.Outcome outcome) {
        return ((ProfileReply.Refused) outcome).refusal().code();
    }

    @Test
    void shouldLiftOnceAndAudit_whenTheTokenIsRedeemed() throws Exception {
        // Given
        penalised();
        VerdictDetails during = ask();
        String token = token("acme/a", during, TestKeys.COMMANDS);

        // When
        ProfileReply.Outcome lifted = redeem("acme", token);
        ProfileReply.Outcome again = redeem("acme", token);

        // Then
        assertThat(lifted).isInstanceOfSatisfying(ProfileReply.Shown.class, shown -> {
            assertThat(shown.changed()).isTrue();
            assertThat(shown.profile().version()).isZero();
        });
        assertThat(code(again)).isEqualTo("challenge-over");
        assertThat(ask().reasonCode()).isEqualTo("limit-exceeded");
        assertThat(topology.audit())
                .last()
                .isEqualTo(new AuditEntry(
                        0,
                        TopologyFixture.START_MILLIS,
                        "testkit",
                        "a test",
                        new PenaltyLifted("acme-0", "acme", "acme/a", "stuffing", 1, begunBy(during))));
    }

    @Test
    void shouldLift_whenTheClientIsItsAccount() throws Exception {
        // Given
        topology.ask(AdmissionRequest.of("acme"));
        topology.ask(AdmissionRequest.of("acme"));
        topology.ask(AdmissionRequest.of("acme"));
        VerdictDetails during = topology.ask(AdmissionRequest.of("acme")).details();

        // When
        ProfileReply.Outcome lifted = redeem("acme", token("acme", during, TestKeys.COMMANDS));

        // Then
        assertThat(during.reasonCode()).isEqualTo("penalty");
        assertThat(during.penalty().clientId()).isEqualTo("acme");
        assertThat(lifted)
                .isInstanceOfSatisfying(
                        ProfileReply.Shown.class,
                        shown -> assertThat(shown.changed()).isTrue());
        assertThat(topology.ask(AdmissionRequest.of("acme")).details().reasonCode())
                .isEqualTo("limit-exceeded");
        assertThat(topology.audit())
                .last()
                .extracting(AuditEntry::action)
                .isEqualTo(new PenaltyLifted("acme-0", "acme", "acme", "stuffing", 1, begunBy(during)));
    }

    @Test
    void shouldLift_whenAllOfTheAccountIsUnderTheChallenge() throws Exception {
        // Given
        topology.activate(2, RULES.replace("\"id\":\"stuffing\",", "\"id\":\"stuffing\",\"scope\":\"account\","));
        penalised();
        VerdictDetails during = ask();

        // When
        ProfileReply.Outcome lifted = redeem("acme", token("acme", during, TestKeys.COMMANDS));

        // Then
        assertThat(during.penalty().clientId()).isNull();
        assertThat(lifted).isInstanceOf(ProfileReply.Shown.class);
        assertThat(ask().reasonCode()).isEqualTo("limit-exceeded");
    }

    @Test
    void shouldChangeNothing_whenTheTokenIsForgedOrOfAnotherAccountOrLate() throws Exception {
        // Given
        penalised();
        VerdictDetails during = ask();
        String token = token("acme/a", during, TestKeys.COMMANDS);

        // When / Then
        assertThat(code(redeem("acme", token("acme/a", during, TestKeys.RULES))))
                .isEqualTo("challenge-forged");
        assertThat(code(redeem("acme", token("acme/a", during, TestKeys.UNAUTHENTICATED))))
                .isEqualTo("challenge-forged");
        assertThat(code(redeem("acme", token.substring(0, token.length() - 4) + "AAAA")))
                .isEqualTo("challenge-forged");
        assertThat(code(redeem("acme", "no token"))).isEqualTo("challenge-forged");
        assertThat(code(redeem("beta", token))).isEqualTo("challenge-of-another-account");
        assertThat(code(redeem("acme", token("acme/b", during, TestKeys.COMMANDS))))
                .isEqualTo("challenge-over");
        assertThat(ask().reasonCode()).isEqualTo("penalty");
        topology.advance(60_000);
        assertThat(code(redeem("acme", token))).isEqualTo("challenge-over");
        assertThat(topology.audit()).noneMatch(entry -> entry.action() instanceof PenaltyLifted);
    }

    @Test
    void shouldLetThrough_whenPardoned() throws Exception {
        // Given
        penalised();

        // When
        ProfileReply.Outcome pardoned =
                topology.change(AccountCommandSamples.of("acme", 0, new AccountCommand.Pardon("acme/a")));
        ProfileReply.Outcome again =
                topology.change(AccountCommandSamples.of("acme", 1, new AccountCommand.Pardon(null)));

        // Then
        assertThat(pardoned).isInstanceOf(ProfileReply.Shown.class);
        assertThat(((ProfileReply.Refused) again).refusal().code()).isEqualTo("not-penalised");
        assertThat(ask().reasonCode()).isEqualTo("limit-exceeded");
    }
}
