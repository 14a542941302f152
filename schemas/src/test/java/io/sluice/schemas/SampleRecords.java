package io.sluice.schemas;

import io.sluice.schemas.alert.Alert;
import io.sluice.schemas.alert.BurnRateAlert;
import io.sluice.schemas.alert.SpikeAlert;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.Meta;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.ProfileQuery;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One record of every family, by the name of its golden file. */
public final class SampleRecords {
    private static final String ACCESS_ENTRY = "{\"access\":\"deny\",\"client\":\"acme/batch\",\"for\":\"1h\"}";
    private static final String SIGNATURE =
            "ed25519:td6_axJmSZnomw7ZQi2GmmWr8PoezY1M8lM3D-4lq_1LNG8_ejCMBI6MrQCXM_1MN0vivmZHIFzKdTaAtNjHDA";
    private static final ReplyAddress REPLY = new ReplyAddress(3, "c0ffee-1");
    private static final LimitStatus OPEN = LimitStatus.of("per-client", "acmé/alice")
            .limit(20)
            .remaining(19)
            .windowMillis(60_000)
            .resetAfterMillis(3_000)
            .nextTokenMillis(3_000)
            .retryAfterMillis(0L)
            .build();
    private static final LimitStatus SHUT = LimitStatus.of("per-account", "")
            .limit(5)
            .windowMillis(5_000)
            .resetAfterMillis(5_000)
            .nextTokenMillis(1_000)
            .retryAfterMillis(1_000L)
            .build();
    private static final LimitStatus NEVER = LimitStatus.of("small", "")
            .limit(5)
            .remaining(5)
            .windowMillis(5_000)
            .build();

    private static final Meta META =
            new Meta("{\"order\":\"4711 é\",\"lines\":[1,2.50,true,null],\"trace\":{\"id\":\"c0ffee\"}}");

    private SampleRecords() {}

    public static Map<String, RequestRecord> requests() {
        Map<String, RequestRecord> samples = new LinkedHashMap<>();
        samples.put("request-admission", admission().repliedTo(REPLY));
        samples.put("request-admission-minimal", minimal().repliedTo(null));
        samples.put("request-admission-meta", carrying().repliedTo(null));
        samples.put("request-batch-meta", SampleParts.batch().with(META).repliedTo(null));
        samples.put("request-batch", SampleParts.batch().repliedTo(REPLY));
        samples.put("request-reserve", reserving().repliedTo(REPLY));
        samples.put("request-waiting", ExceedSamples.waiting().repliedTo(REPLY));
        samples.put("request-commit", commit().repliedTo(REPLY));
        samples.put(
                "request-cancel",
                SettleRequest.cancel(clientId("acmé/alice"), new DecisionId(3, 17))
                        .repliedTo(null));
        samples.put(
                "request-release",
                SettleRequest.release(clientId("acme"), new DecisionId(0, Long.MAX_VALUE))
                        .repliedTo(REPLY));
        samples.put("request-quota", new QuotaQuery(clientId("acme/alice")).repliedTo(REPLY));
        samples.put("request-profile", new ProfileQuery(clientId("acme")).repliedTo(REPLY));
        samples.put("request-explain", new ExplainQuery(admission()).repliedTo(REPLY));
        samples.put("request-ping", new Ping().repliedTo(REPLY));
        samples.put("request-control", new ControlRecord("{\"kind\":\"ruleset\"}", SIGNATURE).repliedTo(null));
        samples.putAll(LeaseSamples.requests(REPLY));
        samples.putAll(MeteringSamples.requests(REPLY));
        return samples;
    }

    /** A reply as it is written for the client, the account or the command of the samples. */
    public static byte[] encoded(Reply reply) {
        if (reply instanceof RulesReply) {
            return ReplyCodec.encode(reply, "command-1");
        }
        boolean isOfAccount = reply instanceof ProfileReply || reply instanceof UsageReply;
        return ReplyCodec.encode(reply, isOfAccount ? "acme" : "acmé/alice");
    }

    public static Map<String, Reply> replies() {
        Map<String, Reply> samples = new LinkedHashMap<>();
        samples.put("reply-verdict-allow", Verdict.details("c0ffee-1", "3-17", "row-1", allowed()));
        samples.put("reply-verdict-deny", Verdict.details("c0ffee-1", "3-18", null, denied()));
        samples.put("reply-verdict-never", Verdict.details("c0ffee-1", "3-19", null, impossible()));
        samples.put(
                "reply-verdict-error",
                Verdict.error(
                        "c0ffee-1", "3-20", new WireError(WireError.INVALID_REQUEST, "cost", "-3 (expected: 0..1)")));
        samples.put("reply-verdict-reserved", Verdict.details("c0ffee-1", "3-21", null, reserved()));
        samples.put("reply-batch-allow", new BatchVerdict("c0ffee-1", "3-26", "row-2", null, allowed()));
        samples.put("reply-batch-deny", new BatchVerdict("c0ffee-1", "3-27", null, 1, denied()));
        samples.put("reply-verdict-throttled", Verdict.details("c0ffee-1", "3-26", null, ExceedSamples.throttled()));
        samples.put("reply-verdict-tagged", Verdict.details("c0ffee-1", "3-27", null, ExceedSamples.tagged()));
        samples.put("reply-verdict-challenged", Verdict.details("c0ffee-1", "3-28", null, ExceedSamples.challenged()));
        samples.put("reply-settlement", new SettlementReply("c0ffee-1", "3-23", settlement(), null));
        samples.put("reply-settlement-replayed", new SettlementReply("c0ffee-1", "3-24", replayed(), null));
        samples.put(
                "reply-settlement-error",
                new SettlementReply(
                        "c0ffee-1",
                        "3-25",
                        null,
                        new WireError(WireError.COMMIT_ABOVE_RESERVATION, "cost", "6 (expected: 0..5)")));
        samples.put(
                "reply-quota", new QuotaReport("c0ffee-1", "acme", "free", 1_700_000_000_000L, 7, List.of(OPEN), null));
        samples.put(
                "reply-quota-error",
                QuotaReport.error("c0ffee-1", new WireError(WireError.INVALID_REQUEST, "clientId", "missing")));
        samples.put("reply-explanation", SampleParts.explanation(impossible()));
        samples.put("reply-explanation-brown-out", SampleParts.brownedOut(impossible()));
        samples.put("reply-pong", new Pong("c0ffee-1", 3, 7));
        samples.put("reply-pong-signals", new Pong("c0ffee-1", 3, 7, SampleParts.signals()));
        samples.put("reply-rules-accepted", new RulesReply("c0ffee-1", new RulesReply.Accepted(9, 4L, 7L)));
        samples.put("reply-rules-approved", new RulesReply("c0ffee-1", new RulesReply.Accepted(8, 4L, null)));
        samples.put(
                "reply-rules-refused",
                new RulesReply(
                        "c0ffee-1",
                        new RulesReply.Refused(
                                "invalid-document",
                                "1 problems (expected: a valid ruleset)",
                                List.of(new RulesReply.Problem("limits[0].burst", "0 (expected: 1..2)")))));
        samples.putAll(AccountSamples.replies());
        samples.putAll(LeaseSamples.replies());
        samples.putAll(MeteringSamples.replies());
        samples.putAll(UsageSamples.replies());
        return samples;
    }

    public static Map<String, DecisionRecord> decisions() {
        Map<String, DecisionRecord> samples = new LinkedHashMap<>();
        samples.put("decision-allow", new Decision("3-17", admission(), 2, allowed()));
        samples.put("decision-deny", new Decision("3-18", minimal(), 0, denied()));
        samples.put("decision-reserve", new Decision("3-21", reserving(), 5, reserved()));
        samples.put(
                "decision-batch-allow",
                new BatchDecision(
                        "3-26",
                        SampleParts.batch(),
                        null,
                        List.of(new BatchCharge("per-client", "acmé/alice", 4)),
                        4,
                        allowed()));
        samples.put("decision-batch-deny", new BatchDecision("3-27", SampleParts.batch(), 1, List.of(), 0, denied()));
        samples.put("decision-throttled", new Decision("3-26", ExceedSamples.waiting(), 5, ExceedSamples.throttled()));
        samples.put("decision-meta", new Decision("3-17", carrying(), 1, allowed()));
        samples.put(
                "decision-batch-meta",
                new BatchDecision("3-27", SampleParts.batch().with(META), 1, List.of(), 0, denied()));
        samples.put("decision-settlement-commit", new SettlementRecord("3-23", settlement()));
        samples.put("decision-settlement-expire", new SettlementRecord(null, SampleParts.expired(OPEN)));
        samples.putAll(LeaseSamples.decisions());
        samples.putAll(MeteringSamples.decisions());
        samples.putAll(PenaltySamples.decisions());
        samples.put(
                "decision-route-template",
                new Decision(
                        "3-17",
                        admission(),
                        2,
                        allowed().toBuilder().routeTemplate("/v1/orders/{id}").build()));
        return samples;
    }

    public static Map<String, Alert> alerts() {
        Map<String, Alert> samples = new LinkedHashMap<>();
        samples.put(
                "alert-threshold",
                new ThresholdAlert(
                        "3-17", "acmé", "per-client", "acmé/alice", 800, 16, 20, true, 7, 1_700_000_000_000L));
        samples.put(
                "alert-threshold-shadow",
                new ThresholdAlert("3-18", "acme", "per-account", "", 1_000, 5, 5, false, 7, 1_700_000_000_001L));
        samples.put(
                "alert-spike",
                new SpikeAlert(
                        "acmé",
                        "per-client",
                        1_700_000_100_000L,
                        300_000,
                        5_120,
                        4_100,
                        40,
                        7,
                        72,
                        1_700_000_160_000L));
        samples.put(
                "alert-burn-rate",
                new BurnRateAlert(
                        "acmé",
                        "monthly",
                        100_000,
                        81_000,
                        2_592_000_000L,
                        9_000,
                        800,
                        1_700_032_400_000L,
                        1_701_000_000_000L,
                        1_700_000_160_000L));
        samples.put(
                "alert-spike-account",
                new SpikeAlert("acme", "", 1_700_000_100_000L, 300_000, 300, 0, 0, 1, 12, 1_700_000_400_000L));
        return samples;
    }

    public static RulesetActivation activation() {
        return new RulesetActivation(7, "{\"limits\":[]}", "alice", "first \"rules\"");
    }

    public static AccessSnapshot access() {
        return new AccessSnapshot(4, List.of(new AccessSnapshot.Entry(3, ACCESS_ENTRY, 1_700_003_600_000L)));
    }

    public static Map<String, ControlCommand> commands() {
        Map<String, ControlCommand> samples = new LinkedHashMap<>();
        samples.put("command-propose", command(new ControlCommand.Propose(6, "{\"limits\":[]}")));
        samples.put("command-approve", command(new ControlCommand.Approve(4)));
        samples.put("command-reject", command(new ControlCommand.Reject(4)).repliedTo(null));
        samples.put("command-activate", command(new ControlCommand.Activate(4, 6)));
        samples.put("command-roll-back", command(new ControlCommand.RollBack(5, 6)));
        samples.put("command-add-access-expecting", command(new ControlCommand.AddAccess(2, ACCESS_ENTRY)));
        samples.put("command-remove-access", command(new ControlCommand.RemoveAccess(3)));
        return samples;
    }

    private static ControlCommand command(ControlCommand.Step step) {
        return new ControlCommand("c0ffee-1", "alice", "a \"reason\"", step, REPLY);
    }

    public static Map<String, AuditEntry> audit() {
        Map<String, AuditEntry> samples = new LinkedHashMap<>();
        samples.put("audit-proposed", entry(new AuditEntry.Proposed(4, "c0ffee-1", 6, "{\"limits\":[]}")));
        samples.put("audit-approved", entry(new AuditEntry.Approved(4)));
        samples.put("audit-rejected", entry(new AuditEntry.Rejected(4)));
        samples.put("audit-activated", entry(new AuditEntry.Activated(4, 7, "{\"limits\":[]}")));
        samples.put("audit-rolled-back", entry(new AuditEntry.RolledBack(5, 7, "{\"limits\":[]}")));
        samples.put(
                "audit-access-added",
                entry(new AuditEntry.AccessAdded(3, "c0ffee-1", ACCESS_ENTRY, 1_700_003_600_000L)));
        samples.put("audit-access-removed", entry(new AuditEntry.AccessRemoved(3, 4)));
        samples.put("audit-account-changed", AccountSamples.audit());
        samples.put("audit-credit-added", AccountSamples.creditAudit());
        samples.putAll(PenaltySamples.audit());
        return samples;
    }

    private static AuditEntry entry(AuditEntry.Action action) {
        return new AuditEntry(9, 1_700_000_000_000L, "alice", "a \"reason\"", action);
    }

    private static AdmissionRequest admission() {
        return built(AdmissionRequest.of("acmé/alice")
                .cost(2)
                .route(new Route("POST", "/v1/orders/7", "api.example.com"))
                .attribute("region", "eu")
                .attribute("app", "shop")
                .requestId("row-1")
                .idempotencyKey("key-1"));
    }

    private static AdmissionRequest carrying() {
        return built(AdmissionRequest.of("acme").meta(META));
    }

    private static AdmissionRequest reserving() {
        return built(AdmissionRequest.of("acmé/alice").cost(5).reserveMillis(30_000));
    }

    private static SettleRequest commit() {
        try {
            return SettleRequest.commit(clientId("acmé/alice"), new DecisionId(3, 21), 3);
        } catch (WireException e) {
            throw new AssertionError("a sample breaks the contract", e);
        }
    }

    private static Settlement settlement() {
        return new Settlement(
                Settlement.Outcome.COMMITTED,
                clientId("acmé/alice"),
                "3-21",
                false,
                5,
                3,
                0,
                1_700_000_000_500L,
                7,
                false,
                List.of(OPEN));
    }

    private static Settlement replayed() {
        return new Settlement(
                Settlement.Outcome.RELEASED,
                clientId("acme"),
                "3-22",
                true,
                2,
                0,
                0,
                1_700_000_000_500L,
                7,
                true,
                List.of());
    }

    private static VerdictDetails reserved() {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .reason("every limit that applies has enough tokens")
                .decidedAtMillis(1_700_000_000_000L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(OPEN)
                .retryAfterMillis(0L)
                .limits(List.of(OPEN))
                .held(new HoldNames("3-21", 1_700_000_030_000L, "3-21"))
                .build();
    }

    private static AdmissionRequest minimal() {
        return built(AdmissionRequest.of("acme"));
    }

    static AdmissionRequest built(AdmissionRequest.Builder builder) {
        try {
            return builder.build();
        } catch (WireException e) {
            throw new AssertionError("a sample breaks the contract", e);
        }
    }

    static ClientId clientId(String text) {
        try {
            return ClientId.parse("clientId", text);
        } catch (WireException e) {
            throw new AssertionError("a sample breaks the contract", e);
        }
    }

    private static VerdictDetails allowed() {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .reason("every limit that applies has enough tokens")
                .decidedAtMillis(1_700_000_000_000L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(OPEN)
                .retryAfterMillis(0L)
                .limits(List.of(OPEN))
                .build();
    }

    private static VerdictDetails denied() {
        return VerdictDetails.of(VerdictCode.DENY)
                .reasonCode("limit-exceeded")
                .reason("limit per-account has 0 of 5 tokens left")
                .decidedAtMillis(1_700_000_000_001L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(SHUT)
                .retryAfterMillis(1_000L)
                .replayed(true)
                .limits(List.of(OPEN, SHUT))
                .build();
    }

    private static VerdictDetails impossible() {
        return VerdictDetails.of(VerdictCode.DENY)
                .reasonCode("cost-above-capacity")
                .reason("cost 6 is above the capacity of limit small")
                .decidedAtMillis(1_700_000_000_002L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(NEVER)
                .limits(List.of(NEVER))
                .build();
    }
}
