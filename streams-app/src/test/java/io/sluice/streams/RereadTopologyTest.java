package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.AccountCommand.Action;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.testkit.gen.AccountCommandSamples;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition whose log is read from its first offset again, as after a reset of the group's offsets. */
final class RereadTopologyTest extends TopologyTest {
    private static final byte[] ACME = "acme".getBytes(StandardCharsets.UTF_8);
    private static final Action LISTING = new AccountCommand.SetListing(new Profile.Listing(true, null, "see billing"));
    private static final ReplyAddress REPLY = new ReplyAddress(1, "again");

    private Verdict firstVerdict;
    private SettlementReply firstEnd;

    @BeforeEach
    void evaluate() throws Exception {
        topology.activate(1, TopologyFixture.threePerClient());
        firstVerdict = topology.ask(
                AdmissionRequest.of("acme/a").cost(2).idempotencyKey("k").reserveMillis(60_000));
        firstEnd = topology.settle(SettleRequest.commit(
                ClientId.parse("clientId", "acme/a"), DecisionId.parse("reservationId", "0-1"), 1));
        topology.change(AccountCommandSamples.of("other", 0, LISTING));
        for (int i = 0; i < 20; i++) {
            topology.ask(AdmissionRequest.of("acme/b").cost(0));
        }
        topology.decisionRecords();
        topology.profiles();
        topology.audit();
        topology.revocations();
        topology.moveTo(0);
    }

    @Test
    void shouldChargeNothing_whenARecordIsReadAgain() throws Exception {
        // When
        Verdict verdict = topology.ask(AdmissionRequest.of("acme/a").cost(2));

        // Then
        assertThat(verdict.decisionId()).isEqualTo("0-0");
        assertThat(verdict.error())
                .isEqualTo(new WireError(
                        WireError.ALREADY_DECIDED,
                        "",
                        "offset 0 of partition 0 was decided before and is not charged again (expected: look up"
                                + " decision 0-0)"));
        assertThat(topology.decisionRecords()).isEmpty();
        assertThat(left("acme/a")).isEqualTo(2);
        assertThat(topology.registry.counter("sluice.requests.redelivered").count())
                .isEqualTo(2);
    }

    @Test
    void shouldRepeatTheVerdict_whenAnIdempotencyKeyRemembersIt() throws Exception {
        // When
        Verdict verdict = topology.ask(
                AdmissionRequest.of("acme/a").cost(2).idempotencyKey("k").reserveMillis(60_000));

        // Then
        assertThat(verdict.details().allowed()).isTrue();
        assertThat(verdict.details())
                .as("front ends compare it with the first")
                .isEqualTo(firstVerdict.details().toBuilder().replayed(true).build());
        assertThat(verdict.details().held().reservationId()).isEqualTo("0-1");
        assertThat(topology.decisionRecords()).isEmpty();
        assertThat(left("acme/a")).isEqualTo(2);
    }

    @Test
    void shouldRepeatOrRefuse_whenASettlementIsReadAgain() throws Exception {
        // Given
        ClientId acme = ClientId.parse("clientId", "acme/a");

        // When
        SettlementReply repeated = topology.settle(SettleRequest.commit(acme, DecisionId.parse("id", "0-1"), 1));
        topology.send(
                ACME,
                RequestCodec.encode(SettleRequest.cancel(acme, DecisionId.parse("id", "0-1"))
                        .repliedTo(REPLY)));
        Verdict refused = (Verdict) topology.onlyReply();

        // Then
        assertThat(repeated.settlement().replayed()).isTrue();
        assertThat(repeated.settlement()).isEqualTo(firstEnd.settlement().repeated());
        assertThat(refused.error().code()).isEqualTo(WireError.ALREADY_DECIDED);
        assertThat(topology.decisionRecords()).isEmpty();
    }

    @Test
    void shouldLendNothing_whenALeaseIsReadAgain() throws Exception {
        // When
        LeaseRequest request =
                LeaseRequest.checked(AdmissionRequest.of("acme/a").build(), 1, 2_000);
        topology.send(ACME, RequestCodec.encode(request.repliedTo(REPLY)));

        // Then
        assertThat(topology.onlyReply())
                .isInstanceOfSatisfying(
                        Verdict.class,
                        verdict -> assertThat(verdict.error().code()).isEqualTo(WireError.ALREADY_DECIDED));
        assertThat(topology.decisionRecords()).isEmpty();
        assertThat(left("acme/a")).isEqualTo(2);
    }

    @Test
    void shouldNeitherActivateNorChangeAccounts_whenControlRecordsAreReadAgain() throws Exception {
        // When
        topology.activate(2, TopologyFixture.threePerClient());
        ProfileReply.Outcome same = topology.change(AccountCommandSamples.of("other", 0, LISTING));
        ProfileReply.Outcome other = topology.change(AccountCommandSamples.of("other", 1, LISTING));

        // Then
        assertThat(same).isInstanceOfSatisfying(ProfileReply.Shown.class, shown -> {
            assertThat(shown.changed()).isFalse();
            assertThat(shown.rulesetRevision()).isEqualTo(1);
        });
        assertThat(other)
                .isInstanceOfSatisfying(
                        ProfileReply.Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(WireError.ALREADY_DECIDED));
        assertThat(topology.profiles()).isEmpty();
        assertThat(topology.audit()).isEmpty();
        assertThat(topology.revocations()).isEmpty();
    }

    @Test
    void shouldLeaveNoDeadLetter_whenABadRecordIsReadAgain() throws Exception {
        // When
        topology.send(
                ACME, "{\"v\":1,\"reply\":{\"partition\":1,\"correlationId\":\"c\"}}".getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(((Verdict) topology.onlyReply()).error().code()).isEqualTo(WireError.INVALID_REQUEST);
        assertThat(topology.deadLetters()).isEmpty();
    }

    @Test
    void shouldAnswerNobody_whenARecordIsTooOldForSomebodyToWait() throws Exception {
        // When
        topology.advance(-600_001);
        topology.send(
                ACME, RequestCodec.encode(AdmissionRequest.of("acme/a").build().repliedTo(REPLY)));
        topology.send(ACME, RequestCodec.encode(new Ping().repliedTo(REPLY)));

        // Then
        assertThat(topology.hasReply()).isFalse();
    }

    @Test
    void shouldAnswer_whenARequestOnlyLooks() throws Exception {
        // When
        topology.send(ACME, RequestCodec.encode(new Ping().repliedTo(REPLY)));

        // Then
        assertThat(topology.onlyReply()).isEqualTo(new Pong("again", 0, 1));
    }

    @Test
    void shouldDecide_whenTheLastDecidedRecordIsPassed() throws Exception {
        // Given
        Verdict verdict;
        int redelivery = 0;

        // When
        do {
            verdict = topology.ask(AdmissionRequest.of("acme/a").cost(2));
            redelivery++;
        } while (verdict.error() != null);

        // Then: 24 records, and the first one behind them
        assertThat(redelivery).isEqualTo(25);
        assertThat(verdict.decisionId()).isEqualTo("0-24");
        assertThat(verdict.details().allowed()).isTrue();
        assertThat(topology.decisions()).hasSize(1);
        assertThat(passedOver()).isZero();
    }

    @Test
    void shouldCountWhatIsMissing_whenOffsetsArePassedOver() throws Exception {
        // When: what transactions may leave, and one more
        topology.moveTo(124);
        topology.ask(AdmissionRequest.of("acme/a"));
        double explained = passedOver();
        topology.moveTo(226);
        Verdict verdict = topology.ask(AdmissionRequest.of("acme/a"));

        // Then
        assertThat(explained).isZero();
        assertThat(passedOver()).isEqualTo(101);
        assertThat(verdict.decisionId()).isEqualTo("0-226");
        assertThat(verdict.details()).isNotNull();
    }

    private double passedOver() {
        return topology.registry.counter("sluice.requests.skipped").count();
    }

    private long left(String clientId) throws Exception {
        topology.send(ACME, RequestCodec.encode(new QuotaQuery(ClientId.parse("clientId", clientId)).repliedTo(REPLY)));
        return ((QuotaReport) topology.onlyReply()).limits().get(0).remaining();
    }
}
