package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.AccountCommand.Action;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ProfileQuery;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.streams.store.PartitionState;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounts are changed by signed records in their own partition, exactly where these lie, and by nothing else. */
final class ProfileTopologyTest extends TopologyTest {
    private static final byte[] ACME = "acme".getBytes(StandardCharsets.UTF_8);
    private static final String HOUR = "{\"tokens\":1,\"per\":\"1h\"}";
    private static final String RULES = "{\"tiers\":[\"free\",\"pro\"],\"limits\":["
            + "{\"id\":\"small\",\"match\":{\"tiers\":[\"free\"]},\"scope\":\"client\",\"rate\":" + HOUR
            + ",\"burst\":3},"
            + "{\"id\":\"large\",\"match\":{\"tiers\":[\"pro\"]},\"scope\":\"client\",\"rate\":" + HOUR
            + ",\"burst\":10}]}";
    private static final String OVERRIDE = "{\"rate\":" + HOUR + ",\"burst\":5}";

    @BeforeEach
    void activate() {
        topology.activate(1, RULES);
    }

    private ProfileReply.Shown made(long expectedVersion, Action action) throws WireException {
        ProfileReply.Outcome outcome = topology.change(AccountCommandSamples.of("acme", expectedVersion, action));
        assertThat(outcome).isInstanceOf(ProfileReply.Shown.class);
        return (ProfileReply.Shown) outcome;
    }

    private String refused(long expectedVersion, Action action) throws WireException {
        ProfileReply.Outcome outcome = topology.change(AccountCommandSamples.of("acme", expectedVersion, action));
        return ((ProfileReply.Refused) outcome).refusal().code();
    }

    private VerdictDetails ask(long cost) throws WireException {
        return topology.ask(AdmissionRequest.of("acme/a").cost(cost)).details();
    }

    private Profile shown() throws WireException {
        ClientId acme = ClientId.parse("clientId", "acme");
        topology.send(ACME, RequestCodec.encode(new ProfileQuery(acme).repliedTo(new ReplyAddress(0, "q"))));
        return ((ProfileReply.Shown) ((ProfileReply) topology.onlyReply()).outcome()).profile();
    }

    private static Action listing(boolean allow, Long untilMillis) {
        return new AccountCommand.SetListing(new Profile.Listing(allow, untilMillis, "see billing"));
    }

    @Test
    void shouldDecideByTheProfile_whenTierAndOverrideAreSet() throws Exception {
        // When
        assertThat(ask(1).tier()).isEqualTo("free");
        ProfileReply.Shown promoted = made(0, new AccountCommand.SetTier("pro"));
        VerdictDetails asPro = ask(10);
        made(1, new AccountCommand.SetOverride("large", OVERRIDE));
        VerdictDetails overridden = ask(1);

        // Then
        assertThat(promoted.tier()).isEqualTo("pro");
        assertThat(promoted.changed()).isTrue();
        assertThat(asPro.allowed()).isTrue();
        assertThat(asPro.tier()).isEqualTo("pro");
        assertThat(overridden.allowed()).isFalse();
        assertThat(overridden.decidingLimit().limit()).isEqualTo(5);
    }

    @Test
    void shouldAnswerWithTheCredit_whenOneWasAdded() throws Exception {
        // Given
        Profile.Credit order = new Profile.Credit("order", "small", List.of("acme/a"), 5, false, 0, null);

        // When
        ProfileReply.Shown added = made(0, new AccountCommand.AddCredit(order));
        VerdictDetails verdict = ask(6);
        String again = refused(1, new AccountCommand.AddCredit(order));
        ProfileReply.Shown removed = made(1, new AccountCommand.RemoveCredit("order"));

        // Then
        assertThat(added.profile().credits()).containsExactly(order);
        assertThat(added.creditsLeft()).containsExactly(Map.entry("order", 5L));
        assertThat(verdict.allowed()).isTrue();
        assertThat(verdict.decidingLimit().remaining()).isEqualTo(2);
        assertThat(verdict.decidingLimit().creditRemaining()).isEqualTo(2);
        assertThat(verdict.decidingLimit().creditCharged()).isEqualTo(3);
        assertThat(again).isEqualTo("credit-exists");
        assertThat(removed.profile().credits()).isEmpty();
        assertThat(ask(1).allowed()).isFalse();
        assertThat(topology.profiles()).first().extracting(Profile::credits).isEqualTo(List.of(order));
    }

    @Test
    void shouldLeaveProfileAndAuditEntry_whenChanged() throws Exception {
        // When
        made(0, new AccountCommand.SetTier("pro"));
        made(1, new AccountCommand.SetOverride("large", OVERRIDE));

        // Then
        Profile.Change changed = new Profile.Change(TopologyFixture.START_MILLIS, "testkit", "a test");
        Profile first = new Profile("acme", 1, "pro", Map.of(), null, changed);
        Profile second = new Profile("acme", 2, "pro", Map.of("large", OVERRIDE), null, changed);
        assertThat(topology.profiles()).containsExactly(first, second);
        assertThat(topology.audit())
                .last()
                .isEqualTo(new AuditEntry(
                        0,
                        TopologyFixture.START_MILLIS,
                        "testkit",
                        "a test",
                        new AuditEntry.AccountChanged(
                                "acme-1", new AccountCommand.SetOverride("large", OVERRIDE), first, second, 0)));
        assertThat(shown()).isEqualTo(second);
    }

    @Test
    void shouldDenyUntilTheMoment_whenListed() throws Exception {
        // Given
        made(0, listing(false, TopologyFixture.START_MILLIS + 1_000));

        // When
        VerdictDetails denied = ask(1);
        topology.advance(1_000);
        VerdictDetails after = ask(1);

        // Then
        assertThat(denied.allowed()).isFalse();
        assertThat(denied.listId()).isEqualTo("@profile");
        assertThat(denied.reason()).isEqualTo("on list @profile: see billing");
        assertThat(denied.retryAfterMillis()).isEqualTo(1_000);
        assertThat(after.allowed()).isTrue();
        assertThat(after.listId()).isNull();
    }

    @Test
    void shouldLetThroughAndChargeNothing_whenAllowed() throws Exception {
        // Given
        made(0, listing(true, null));

        // When
        VerdictDetails allowed = ask(1_000);
        made(1, new AccountCommand.SetListing(null));

        // Then
        assertThat(allowed.allowed()).isTrue();
        assertThat(allowed.reasonCode()).isEqualTo("allow-listed");
        assertThat(ask(3).allowed()).isTrue();
    }

    @Test
    void shouldBeginAnew_whenReset() throws Exception {
        // Given
        ask(3);
        topology.ask(AdmissionRequest.of("acme/b").cost(3));

        // When
        made(0, new AccountCommand.Reset("small", List.of("acme/a")));

        // Then
        assertThat(ask(3).allowed()).isTrue();
        assertThat(topology.ask(AdmissionRequest.of("acme/b")).details().allowed())
                .isFalse();
        made(1, new AccountCommand.Reset(null, null));
        assertThat(topology.ask(AdmissionRequest.of("acme/b")).details().allowed())
                .isTrue();
    }

    @Test
    void shouldGiveBackWhatIsInUse_whenGranted() throws Exception {
        // Given
        ask(3);

        // When
        ProfileReply.Shown two = made(0, new AccountCommand.Grant("small", List.of("acme/a"), 2));
        VerdictDetails after = ask(2);
        ProfileReply.Shown all = made(1, new AccountCommand.Grant("small", List.of("acme/a"), 100));

        // Then
        assertThat(two.granted()).isEqualTo(2);
        assertThat(after.allowed()).isTrue();
        assertThat(all.granted()).isEqualTo(3);
        QuotaQuery look = new QuotaQuery(ClientId.parse("clientId", "acme/a"));
        topology.send(ACME, RequestCodec.encode(look.repliedTo(new ReplyAddress(0, "q"))));
        assertThat(((QuotaReport) topology.onlyReply()).limits())
                .singleElement()
                .satisfies(limit -> assertThat(limit.remaining()).isEqualTo(3));
    }

    @Test
    void shouldChangeNothingAndSayWhy_whenACommandCannotBe() throws Exception {
        // Given
        made(0, new AccountCommand.SetTier("pro"));
        topology.profiles();
        topology.audit();

        // When / Then
        assertThat(refused(1, new AccountCommand.SetTier("gold"))).isEqualTo("unknown-tier");
        assertThat(refused(1, new AccountCommand.SetTier("pro"))).isEqualTo("unchanged");
        assertThat(refused(1, new AccountCommand.SetOverride("none", OVERRIDE))).isEqualTo("unknown-limit");
        assertThat(refused(1, new AccountCommand.SetOverride("small", "{\"burst\":1}")))
                .isEqualTo("invalid-override");
        assertThat(refused(1, listing(false, 1L))).isEqualTo("already-over");
        assertThat(refused(1, new AccountCommand.Reset("small", List.of("beta"))))
                .isEqualTo("unknown-bucket");
        assertThat(refused(1, new AccountCommand.Grant("small", List.of(), 1))).isEqualTo("unknown-bucket");
        assertThat(refused(3, new AccountCommand.SetTier("free"))).isEqualTo("stale-version");
        assertThat(topology.profiles()).isEmpty();
        assertThat(topology.audit()).isEmpty();
        assertThat(topology.deadLetters()).isEmpty();
        assertThat(shown().version()).isEqualTo(1);
    }

    @Test
    void shouldChangeNothing_whenForgedReplayedReorderedOrMisplaced() throws Exception {
        // Given: two commands, the second of which arrives first
        AccountCommand promote = AccountCommandSamples.of("acme", 0, new AccountCommand.SetTier("pro"));
        AccountCommand demote = AccountCommandSamples.of("acme", 1, new AccountCommand.SetTier("free"));
        topology.send(ACME, TopologyFixture.signed(demote));
        topology.send(ACME, TopologyFixture.signed(promote));
        assertThat(shown().tier()).isEqualTo("pro");

        // When: in their order, and then both again, any number of times
        topology.send(ACME, TopologyFixture.signed(demote));
        for (int i = 0; i < 3; i++) {
            topology.send(ACME, TopologyFixture.signed(promote));
            topology.send(ACME, TopologyFixture.signed(demote));
        }
        // And: by somebody without the key, and in the name of another account
        AccountCommand next = AccountCommandSamples.of("acme", 2, new AccountCommand.SetTier("pro"));
        topology.send(ACME, RequestCodec.encode(AccountCommandSamples.signed(TestKeys.UNAUTHENTICATED, next)));
        topology.send(ACME, RequestCodec.encode(AccountCommandSamples.signed(TestKeys.RULES, next)));
        String payload = AccountCommandCodec.encode(next);
        topology.send(ACME, RequestCodec.encode(TestKeys.COMMANDS.sign(SignedKind.RULES_COMMAND, payload)));
        topology.send("beta".getBytes(StandardCharsets.UTF_8), TopologyFixture.signed(next));
        topology.send(null, TopologyFixture.signed(next));
        topology.send(ACME, TopologyFixture.signed(next.repliedTo(new ReplyAddress(99, "c"))));

        // Then
        assertThat(shown().version()).isEqualTo(2);
        assertThat(shown().tier()).isEqualTo("free");
        assertThat(topology.profiles()).extracting(Profile::version).containsExactly(1L, 2L);
        assertThat(topology.audit()).hasSize(2);
        assertThat(topology.deadLetters())
                .extracting(deadLetter -> new String(
                        deadLetter.headers().lastHeader("sluice.reason").value(), StandardCharsets.UTF_8))
                .containsExactly("forged", "forged", "forged", "invalid-command", "invalid-command", "invalid-command");
    }

    @Test
    void shouldAnswerAsTheFirstTime_whenTheSameCommandComesTwice() throws Exception {
        // Given
        AccountCommand promote = AccountCommandSamples.of("acme", 0, new AccountCommand.SetTier("pro"));
        topology.change(promote);

        // When / Then
        ProfileReply.Shown again = (ProfileReply.Shown) topology.change(promote);
        assertThat(again.profile().version()).isEqualTo(1);
        assertThat(again.changed()).isFalse();
    }

    @Test
    void shouldKnowTheProfile_whenTheStateIsOpenedAgain() throws Exception {
        // Given
        made(0, new AccountCommand.SetTier("pro"));
        made(1, new AccountCommand.SetOverride("large", OVERRIDE));
        made(2, new AccountCommand.SetOverride("large", null));
        made(3, listing(false, null));
        made(4, new AccountCommand.Reset("large", List.of("acme/a")));
        PartitionState first = new PartitionState(topology.store());

        // When
        PartitionState opened = new PartitionState(topology.store());

        // Then
        assertThat(opened.profile("acme").version()).isEqualTo(5);
        assertThat(opened.profile("acme").history()).hasSize(4);
        assertThat(opened.profile("acme")).isEqualTo(first.profile("acme"));
        assertThat(opened.profile("acm").version()).isZero();
    }
}
