package io.sluice.gateway.quota;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One bucket of one Envoy: a state machine. Time is an argument; the stream that it belongs to holds its lock.
 *
 * <pre>
 *              requests            tokens
 *   reported ------------&gt; asking --------&gt; granted --------------------------+
 *      ^                   |    ^               |                             |
 *      |                   |    +---------------+ nearly used up, or over     |
 *      |           nothing v                                                  |
 *      |                 denied until there may be tokens &lt;-------- revoked --+
 *      +--- abandoned: no requests for a lease time
 * </pre>
 */
final class QuotaBucket {
    /** The next grant is requested this long before the current one is used up, or over. */
    private static final long LEAD_NANOS = 300_000_000;
    /** An Envoy that reports nothing for this long (a little more than two of its intervals) gets nothing new. */
    private static final long SILENCE_NANOS = 12_000_000_000L;
    /** The pause after a request that the ledger did not answer; it doubles each time. */
    private static final long UNANSWERED_NANOS = 1_000_000_000;
    /** How long no lease is requested where the ledger lends none; a change of rules ends it before. */
    private static final long NOT_LEASABLE_NANOS = 10_000_000_000L;
    /** How long a denial holds if nothing else is said. */
    private static final long DENY_SECONDS = 60;
    /** A denial is repeated before it ends. */
    private static final long DENY_AGAIN_NANOS = DENY_SECONDS * 1_000_000_000L / 2;

    private static final long MILLI = 1_000_000;

    /** What all buckets of a stream share. */
    record Setting(QuotaConfig config, QuotaMapping mapping, QuotaMeters meters, VoidOffsets rulesVoid) {}

    /** The message that is due to Envoy. */
    private enum Due {
        NOTHING,
        GRANT,
        DENIAL,
        ABANDON
    }

    private final String domain;
    private final Map<String, String> id;
    private final Setting setting;
    private final QuotaConfig config;
    private final DemandEstimate demand;
    private final GrantHistory grants = new GrantHistory();
    private Due due = Due.NOTHING;
    // The grant that is due.
    private @Nullable EnvoyGrant unsent;
    private QuotaEffects.@Nullable Ask asking;
    // The request as it was mapped for the last ask; null before the first.
    private @Nullable AdmissionRequest mapped;
    private boolean wanted;
    private boolean refused;
    private boolean closed;
    private long usedNanos;
    private long askNotBeforeNanos;
    private long leaseNotBeforeNanos;
    private long denyNotBeforeNanos;
    private long admissionCostMax = Long.MAX_VALUE;
    // An admission was refused, and none since was for all that is wanted.
    private boolean isCautious;
    private long unansweredNanos = UNANSWERED_NANOS;
    // The last one of the account that it had then; the mapping may give it to another.
    private @Nullable DecisionId accountVoidBelow;

    /** Begins with the bucket's first report. */
    QuotaBucket(String domain, BucketUsage first, Setting setting, long nowNanos) {
        this.domain = domain;
        this.id = first.bucketId();
        this.setting = setting;
        this.config = setting.config();
        this.demand = new DemandEstimate(first, nowNanos);
        this.usedNanos = nowNanos;
        this.askNotBeforeNanos = nowNanos;
        this.leaseNotBeforeNanos = nowNanos;
        this.denyNotBeforeNanos = nowNanos;
    }

    Map<String, String> id() {
        return id;
    }

    /** Takes the first report, or one more. */
    void reported(BucketUsage usage, boolean first, long nowNanos, QuotaEffects effects) {
        if (!first) {
            demand.reported(usage, nowNanos);
        }
        wanted = usage.requests() > 0;
        if (wanted) {
            usedNanos = nowNanos;
            due = due == Due.ABANDON ? Due.NOTHING : due;
        }
        grants.used(usage.allowed(), usage.denied(), effects);
        AdmissionRequest known = mapped;
        if (known != null && asking == null) {
            grants.reportDenied(AskedTokens.costing(known, 0), effects);
        }
        tick(nowNanos, effects);
    }

    /** Does what time makes due. */
    void tick(long nowNanos, QuotaEffects effects) {
        grants.closeDue(nowNanos, effects);
        EnvoyGrant waiting = unsent;
        if (waiting != null && waiting.wholeSecondsLeft(nowNanos) == 0) {
            // An Envoy that does not read must not keep it until the ledger ends it, and counts it as spent.
            giveBackUnsent(effects);
        }
        if (closed || due == Due.ABANDON) {
            return;
        }
        boolean over = grants.isOver(nowNanos);
        if (over && asking == null && due != Due.GRANT && isIdle(nowNanos)) {
            grants.closeAll(effects);
            due = Due.ABANDON;
            return;
        }
        if (over && refused && due == Due.NOTHING && nowNanos - denyNotBeforeNanos >= 0) {
            due = Due.DENIAL;
        }
        if (isAskDue(over, nowNanos)) {
            ask(nowNanos, effects);
        }
    }

    private boolean isIdle(long nowNanos) {
        return nowNanos - usedNanos >= config.leaseNanos() && !isSilent(nowNanos);
    }

    private boolean isSilent(long nowNanos) {
        return nowNanos - demand.reportedNanos() >= SILENCE_NANOS;
    }

    private boolean isAskDue(boolean over, long nowNanos) {
        boolean mayAsk = asking == null && due != Due.GRANT && nowNanos - askNotBeforeNanos >= 0;
        return mayAsk && wanted && !isSilent(nowNanos) && (over || isShort(nowNanos));
    }

    private boolean isShort(long nowNanos) {
        EnvoyGrant current = grants.current();
        return current == null
                || current.nanosLeft(nowNanos) <= LEAD_NANOS
                || (demand.isKnown() && current.expectedLeft(demand, nowNanos) <= demand.in(LEAD_NANOS));
    }

    private void ask(long nowNanos, QuotaEffects effects) {
        AdmissionRequest request;
        try {
            request = setting.mapping().request(domain, id);
        } catch (WireException e) {
            // It names no client to charge, so Envoy denies it until the mapping changes.
            setting.meters().unmapped();
            refused(Long.MAX_VALUE, nowNanos);
            return;
        }
        mapped = request;
        AskedTokens tokens = AskedTokens.of(demand, config);
        QuotaEffects.Ask ask = nowNanos - leaseNotBeforeNanos >= 0
                ? new QuotaEffects.AskLease(this, tokens.lease(request, config), nowNanos)
                : admission(request, tokens, nowNanos);
        asking = ask;
        effects.ask(ask);
    }

    private QuotaEffects.Ask admission(AdmissionRequest request, AskedTokens tokens, long nowNanos) {
        AdmissionRequest admission = tokens.admission(request, admissionCostMax);
        boolean isAll =
                admission.cost() == tokens.admission(request, Long.MAX_VALUE).cost();
        QuotaEffects.AskAdmission ask = new QuotaEffects.AskAdmission(this, admission, isAll, nowNanos);
        return isCautious ? new QuotaEffects.AskWhether(ask) : ask;
    }

    /** Takes the ledger's answer to a request for a lease. */
    void leased(QuotaEffects.AskLease ask, Answer<LeaseReply> answer, long nowNanos, QuotaEffects effects) {
        asking = null;
        LeaseReply reply = answer.orNull();
        DecisionId decided = reply == null ? null : idOf(reply.decisionId());
        if (reply == null || decided == null) {
            unanswered(nowNanos);
        } else if (reply.tokens() > 0) {
            setting.meters().leased();
            granted(
                    EnvoyGrant.ofLease(
                            decided,
                            AskedTokens.costing(ask.request().admission(), 0),
                            reply.tokens(),
                            ask.requestedNanos(),
                            reply.ttlMillis()),
                    ask,
                    nowNanos,
                    effects);
        } else if (isVoid(decided, ask.requestedNanos())) {
            askNotBeforeNanos = afterPause(ask);
        } else {
            LedgerRefusal refusal = LedgerRefusal.ofLease(reply.details());
            if (refusal instanceof LedgerRefusal.AskAdmission) {
                leaseNotBeforeNanos = nowNanos + NOT_LEASABLE_NANOS;
            }
            refused(refusal, nowNanos);
        }
        tick(nowNanos, effects);
    }

    /** Takes the ledger's answer to an ordinary admission. */
    void admitted(QuotaEffects.AskAdmission ask, Answer<AdmissionVerdict> answer, long nowNanos, QuotaEffects effects) {
        asking = null;
        AdmissionVerdict.Recorded recorded = answer.orNull() instanceof AdmissionVerdict.Recorded known ? known : null;
        DecisionId decided = recorded == null ? null : idOf(recorded.verdict().decisionId());
        VerdictDetails details = recorded == null ? null : recorded.details();
        long cost = ask.request().cost();
        if (decided == null || details == null) {
            unanswered(nowNanos);
        } else if (details.held().releaseId() != null) {
            setting.meters().unsupported();
            effects.release(ask.request().clientId(), decided);
            refused(Long.MAX_VALUE, nowNanos);
        } else if (details.allowed()) {
            setting.meters().admitted();
            isCautious = isCautious && !ask.isAll();
            admissionCostMax = admissionCostMax > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : admissionCostMax * 2;
            granted(EnvoyGrant.ofAdmission(decided, cost, ask.requestedNanos()), ask, nowNanos, effects);
        } else {
            isCautious = true;
            refused(LedgerRefusal.ofAdmission(details, cost), nowNanos);
        }
        tick(nowNanos, effects);
    }

    /** Takes the explanation whether an admission would be allowed; if so, requests it. */
    void explained(QuotaEffects.AskWhether ask, Answer<Explanation> answer, long nowNanos, QuotaEffects effects) {
        asking = null;
        Explanation explanation = answer.orNull();
        if (explanation == null) {
            unanswered(nowNanos);
        } else if (!explanation.details().allowed()) {
            refused(
                    LedgerRefusal.ofAdmission(
                            explanation.details(), ask.admission().request().cost()),
                    nowNanos);
        } else if (!closed) {
            asking = ask.admission();
            effects.ask(ask.admission());
        }
        tick(nowNanos, effects);
    }

    private static @Nullable DecisionId idOf(String decisionId) {
        try {
            return DecisionId.parse("decisionId", decisionId);
        } catch (WireException e) {
            // Not a decision of a ledger, so nothing that may be spent.
            return null;
        }
    }

    private boolean isVoid(DecisionId decided, long requestedNanos) {
        DecisionId below = accountVoidBelow;
        boolean isOfAccountBefore =
                below != null && decided.partition() == below.partition() && decided.offset() < below.offset();
        return isOfAccountBefore || setting.rulesVoid().isVoid(decided, requestedNanos);
    }

    private void granted(EnvoyGrant grant, QuotaEffects.Ask ask, long nowNanos, QuotaEffects effects) {
        boolean isVoid = isVoid(grant.id(), ask.requestedNanos());
        if (closed || isVoid || grant.wholeSecondsLeft(nowNanos) == 0) {
            setting.meters().unsent(grant.tokens());
            grant.giveBack(effects);
            // A window that ends within a second: the next one begins when the lease's time is over.
            askNotBeforeNanos = isVoid ? afterPause(ask) : later(afterPause(ask), grant.endNanos());
            return;
        }
        refused = false;
        unansweredNanos = UNANSWERED_NANOS;
        denyNotBeforeNanos = nowNanos;
        askNotBeforeNanos = afterPause(ask);
        unsent = grant;
        due = Due.GRANT;
    }

    private long afterPause(QuotaEffects.Ask ask) {
        return ask.requestedNanos() + config.askPauseMillis() * MILLI;
    }

    /** Moments of a monotonic clock can be compared by their difference only. */
    private static long later(long nanos, long otherNanos) {
        return nanos - otherNanos >= 0 ? nanos : otherNanos;
    }

    /** Without an answer, Envoy continues with its tokens, and after that by its own configuration. */
    private void unanswered(long nowNanos) {
        setting.meters().unanswered();
        refused = false;
        askNotBeforeNanos = nowNanos + unansweredNanos;
        unansweredNanos = Math.min(config.leaseNanos(), unansweredNanos * 2);
    }

    private void refused(LedgerRefusal refusal, long nowNanos) {
        if (refusal instanceof LedgerRefusal.AskAdmission other) {
            admissionCostMax = other.costMax();
            askNotBeforeNanos = nowNanos;
        } else if (refusal instanceof LedgerRefusal.Denied denied) {
            setting.meters().refused();
            refused(denied.waitMillis(), nowNanos);
        }
    }

    private void refused(long waitMillis, long nowNanos) {
        refused = true;
        unansweredNanos = UNANSWERED_NANOS;
        long pauseMillis = Math.max(config.askPauseMillis(), Math.min(waitMillis, config.leaseMillis()));
        askNotBeforeNanos = nowNanos + pauseMillis * MILLI;
    }

    /** Takes back what was decided before a change of the rules, or of the account. */
    void revoked(Revocation revocation, long nowNanos, QuotaEffects effects) {
        AdmissionRequest known = mapped;
        String account = revocation.account();
        if (known == null
                || (account != null && !account.equals(known.clientId().account()))) {
            return;
        }
        if (account != null) {
            accountVoidBelow = new DecisionId(revocation.partition(), revocation.offset());
        }
        revoke(
                grant -> grant.id().partition() == revocation.partition()
                        && grant.id().offset() < revocation.offset(),
                nowNanos,
                effects);
    }

    /** Takes back all that was decided. */
    void interrupted(long nowNanos, QuotaEffects effects) {
        revoke(grant -> true, nowNanos, effects);
    }

    private void revoke(Predicate<EnvoyGrant> concerned, long nowNanos, QuotaEffects effects) {
        EnvoyGrant waiting = unsent;
        if (waiting != null && concerned.test(waiting)) {
            giveBackUnsent(effects);
        }
        if (grants.closeIf(concerned, effects)) {
            setting.meters().revoked();
            due = due == Due.NOTHING ? Due.DENIAL : due;
        }
        // Tokens that were not available may be now.
        askNotBeforeNanos = nowNanos;
        leaseNotBeforeNanos = nowNanos;
        admissionCostMax = Long.MAX_VALUE;
        unansweredNanos = UNANSWERED_NANOS;
        tick(nowNanos, effects);
    }

    /** Gives back the grant that Envoy did not get, if there is one. */
    private void giveBackUnsent(QuotaEffects effects) {
        EnvoyGrant waiting = unsent;
        if (waiting != null) {
            setting.meters().unsent(waiting.tokens());
            waiting.giveBack(effects);
            unsent = null;
            due = Due.NOTHING;
        }
    }

    /** Whether Envoy has to be told something. */
    boolean isDue() {
        return due != Due.NOTHING;
    }

    /** What Envoy has to be told, which is on its way from now on; null for nothing. */
    @Nullable Assignment take(long nowNanos, QuotaEffects effects) {
        Due now = due;
        due = Due.NOTHING;
        return switch (now) {
            case NOTHING -> null;
            case GRANT -> grant(nowNanos, effects);
            case DENIAL -> {
                denyNotBeforeNanos = nowNanos + DENY_AGAIN_NANOS;
                yield new Assignment.Deny(id, DENY_SECONDS);
            }
            case ABANDON -> {
                closed = true;
                setting.meters().abandoned();
                yield new Assignment.Abandon(id);
            }
        };
    }

    private @Nullable Assignment grant(long nowNanos, QuotaEffects effects) {
        EnvoyGrant grant = unsent;
        unsent = null;
        if (grant == null) {
            return null;
        }
        long seconds = grant.wholeSecondsLeft(nowNanos);
        if (seconds == 0) {
            setting.meters().unsent(grant.tokens());
            grant.giveBack(effects);
            return null;
        }
        grant.sent(seconds, nowNanos);
        grants.replaceBy(grant, effects);
        setting.meters().assigned(grant.tokens());
        return new Assignment.Spend(id, grant.tokens(), seconds);
    }

    /** Whether Envoy was told to forget it. */
    boolean isAbandoned() {
        return closed;
    }

    /** The stream is gone: what Envoy has is spent, and what it did not get goes back. */
    void close(QuotaEffects effects) {
        closed = true;
        due = Due.NOTHING;
        giveBackUnsent(effects);
        grants.closeAll(effects);
    }
}
