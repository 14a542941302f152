package io.sluice.api.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.PenaltyView;
import io.sluice.client.rules.RulesView;
import io.sluice.engine.penalty.PenaltyRule;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.topic.TopicCatalogue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/penalties}: which accounts and clients are under a penalty now, by the audit trail and the rules in
 * force. A penalty is shown only while its rule exists, in the same mode.
 */
public final class PenaltyEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(PenaltyEndpoints.class);
    private static final Rules NONE = new Rules(0, Map.of());

    private final ControlPlane plane;
    private final LongSupplier clockMillis;
    /** The penalty rules of the revision that the last request used; compiled once. */
    private volatile Rules known = NONE;

    private record Rules(long revision, Map<String, PenaltyRule> byId) {}

    /** A penalty, and the rule that it is under. */
    private record Shown(PenaltyView.Entry entry, PenaltyRule rule, boolean mayBeOver) {}

    /**
     * Over the penalties of a cluster.
     *
     * @param clockMillis the time of day, by which penalties are over
     */
    public PenaltyEndpoints(ControlPlane plane, LongSupplier clockMillis) {
        this.plane = plane;
        this.clockMillis = clockMillis;
    }

    public ApiRoute route() {
        return View.route(PenaltyQuery.PATH, "penalties", this::list);
    }

    private HttpAnswer list(ApiRequest request) throws WireException {
        PenaltyQuery query = PenaltyQuery.of(request);
        if (!plane.view().isComplete()) {
            return RevisionEndpoints.NOT_READ_YET;
        }
        long nowMillis = clockMillis.getAsLong();
        Rules rules = rules();
        List<Shown> all = new ArrayList<>();
        for (PenaltyView.Entry entry : plane.view().penalties().entries()) {
            Shown shown = query.covers(entry) ? shown(entry, rules.byId().get(entry.penaltyId()), nowMillis) : null;
            if (shown != null) {
                all.add(shown);
            }
        }
        List<Shown> page = all.stream()
                .filter(shown -> shown.entry().offset() < query.page().before())
                .limit(query.page().limit())
                .toList();
        boolean isLast = page.isEmpty()
                || page.get(page.size() - 1).entry().offset()
                        == all.get(all.size() - 1).entry().offset();
        return HttpAnswer.ok(json -> {
            json.writeNumberField("atMillis", nowMillis);
            json.writeNumberField("count", all.size());
            json.writeNumberField("dropped", plane.view().penalties().dropped());
            json.writeStringField("topic", TopicCatalogue.AUDIT);
            RulesJson.writeAll(json, "penalties", page, PenaltyEndpoints::write);
            if (!isLast) {
                json.writeStringField(
                        "next", query.nextPath(page.get(page.size() - 1).entry().offset()));
            }
        });
    }

    /** Null if it has ended, or no longer has an effect. */
    private static @Nullable Shown shown(PenaltyView.Entry entry, @Nullable PenaltyRule rule, long nowMillis) {
        boolean isOfAccount = entry.clientId() == null;
        if (rule == null
                || rule.enforced() != entry.enforced()
                || (rule.subject() == PenaltyRule.Subject.ACCOUNT) != isOfAccount) {
            return null;
        }
        if (nowMillis < entry.untilMillis()) {
            return new Shown(entry, rule, /* mayBeOver= */ false);
        }
        // Requests may have made it last longer, which the audit trail does not have.
        return rule.extend() && nowMillis < entry.untilMillis() + rule.decayMillis()
                ? new Shown(entry, rule, /* mayBeOver= */ true)
                : null;
    }

    private static void write(JsonGenerator json, Shown shown) throws IOException {
        PenaltyView.Entry entry = shown.entry();
        json.writeStringField("account", entry.account());
        if (entry.clientId() != null) {
            json.writeStringField("clientId", entry.clientId());
        }
        json.writeStringField("penaltyId", entry.penaltyId());
        json.writeStringField("effect", entry.effect());
        json.writeNumberField("rung", entry.rung());
        json.writeNumberField("rungs", shown.rule().ladder().size());
        json.writeStringField("mode", PenaltyQuery.modeOf(entry));
        json.writeNumberField("atMillis", entry.atMillis());
        json.writeNumberField("untilMillis", entry.untilMillis());
        json.writeBooleanField("extends", shown.rule().extend());
        json.writeBooleanField("mayBeOver", shown.mayBeOver());
        json.writeStringField("trigger", entry.trigger());
        json.writeNumberField("partition", 0);
        json.writeNumberField("offset", entry.offset());
    }

    private Rules rules() {
        long active = plane.view().activeRevision();
        Rules last = known;
        if (last.revision() == active) {
            return last;
        }
        RulesView.Revision revision = plane.view().revision(active);
        Rules read = revision == null ? NONE : compiled(revision);
        known = read;
        return read;
    }

    private static Rules compiled(RulesView.Revision revision) {
        try {
            List<PenaltyRule> rules = RulesetCompiler.compile(
                            revision.number(), DocumentTree.ofJson(revision.documentJson()))
                    .penalties()
                    .rules();
            return new Rules(
                    revision.number(),
                    rules.stream().collect(Collectors.toUnmodifiableMap(PenaltyRule::id, rule -> rule)));
        } catch (InvalidRulesetException | WireException e) {
            // Accepted by a rules writer with another version of the compiler.
            LOG.warn("penalties of revision {} cannot be read: {}", revision.number(), e.getMessage());
            return new Rules(revision.number(), Map.of());
        }
    }
}
