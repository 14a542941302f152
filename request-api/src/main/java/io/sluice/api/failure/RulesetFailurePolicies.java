package io.sluice.api.failure;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicies;
import io.sluice.client.FailurePolicy;
import io.sluice.engine.estimate.Fallback;
import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.FailureMode;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failure policies of the limits in the ruleset in force; for limits without one, the front end's own.
 *
 * <p>It reads a clock, and gets rulesets outside of the request log. So its answers are estimates, and say so.
 */
public final class RulesetFailurePolicies implements FailurePolicies {
    private static final Logger LOG = LoggerFactory.getLogger(RulesetFailurePolicies.class);

    private final FailurePolicy otherwise;
    private final LongSupplier clockMillis;
    private final Fallback fallback = new Fallback();
    private final Counter allowed;
    private final Counter denied;
    private final Counter unanswered;
    private volatile Ruleset ruleset = Ruleset.none();
    private volatile AccessEntries access = AccessEntries.NONE;

    /**
     * Policies before any ruleset is known.
     *
     * @param otherwise the policy of limits that name none, and the answer where none applies
     */
    public RulesetFailurePolicies(FailurePolicy otherwise, LongSupplier clockMillis, MeterRegistry registry) {
        this.otherwise = otherwise;
        this.clockMillis = clockMillis;
        this.allowed = counter("allow", registry);
        this.denied = counter("deny", registry);
        this.unanswered = Counter.builder("sluice.unanswered")
                .description("Admissions without a verdict that no failure policy answered either")
                .register(registry);
    }

    private static Counter counter(String answer, MeterRegistry registry) {
        return Counter.builder("sluice.degraded")
                .description("Admissions that were answered without a verdict")
                .tag("answer", answer)
                .register(registry);
    }

    /** Uses this ruleset from now on; one that cannot be read leaves the last one. */
    public void activated(RulesetActivation activation) {
        try {
            ruleset = RulesetCompiler.compile(activation.revision(), DocumentTree.ofJson(activation.documentJson()));
        } catch (WireException | InvalidRulesetException e) {
            LOG.warn(
                    "ruleset revision {} cannot be read; the failure policies before it stay in force",
                    activation.revision(),
                    e);
        }
    }

    /** Uses these access entries from now on; if one cannot be read, the last ones stay. */
    public void accessChanged(AccessSnapshot snapshot) {
        try {
            List<AccessEntries.Entry> entries = new ArrayList<>();
            for (AccessSnapshot.Entry entry : snapshot.entries()) {
                entries.add(AccessEntries.entry(DocumentTree.ofJson(entry.entryJson()))
                        .until(entry.untilMillis()));
            }
            access = AccessEntries.of(snapshot.version(), entries);
        } catch (WireException | InvalidRulesetException e) {
            LOG.warn("access entries {} cannot be read; the ones before stay in force", snapshot.version(), e);
        }
    }

    /** The ruleset that these policies follow: the last one that was activated, as far as this process knows. */
    public Ruleset inForce() {
        return ruleset;
    }

    @Override
    public Answer<AdmissionVerdict> answer(AdmissionRequest request, String detail) {
        if (request.mode() != RequestMode.CHECK) {
            // Neither allow nor deny: the use is not charged yet, and the caller must know that.
            unanswered.increment();
            return FailurePolicy.ERROR.answer(detail);
        }
        Answer<AdmissionVerdict> answer = switch (asked(request)) {
            case ALLOW -> FailurePolicy.ALLOW.answer(detail);
            case DENY -> FailurePolicy.DENY.answer(detail);
            case UNDECIDED -> otherwise.answer(detail);
        };
        if (answer instanceof Answer.Degraded<AdmissionVerdict> degraded) {
            (degraded.allowed() ? allowed : denied).increment();
        } else {
            unanswered.increment();
        }
        return answer;
    }

    private synchronized Fallback.Answer asked(AdmissionRequest request) {
        return fallback.answer(ruleset, access, admission(request), mode(otherwise), clockMillis.getAsLong());
    }

    private static @Nullable FailureMode mode(FailurePolicy policy) {
        return switch (policy) {
            case ERROR -> null;
            case ALLOW -> FailureMode.ALLOW;
            case DENY -> FailureMode.DENY;
        };
    }

    private static Admission admission(AdmissionRequest request) {
        Route route = request.route();
        return new Admission(
                request.clientId().text(),
                request.clientId().account(),
                request.cost(),
                route.method().toUpperCase(Locale.ROOT),
                RoutePath.of(route.path()),
                route.host(),
                request.attributes());
    }
}
