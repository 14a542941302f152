package io.sluice.api.rulesets;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.access.Caller;
import io.sluice.api.access.Gate;
import io.sluice.api.access.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.RulesView;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ControlCommand;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/rulesets} and {@code /v1/audit}: what is in force, what was, and who changed it. */
public final class RevisionRoutes {
    static final HttpAnswer NOT_READ_YET = Problem.unavailable("the audit trail is still being read");
    static final HttpAnswer NO_PRECONDITION = Problem.PRECONDITION_REQUIRED.answer(
            "If-Match is missing (expected: the ETag of GET /v1/rulesets/active, \"0\" if there is none)");

    private static final String ENDPOINT = ProposalRoutes.ENDPOINT;
    private static final String PATH = "/v1/rulesets";
    private static final String AUDIT = "/v1/audit";

    private final ControlPlane plane;
    private final Gate gate;
    private final int bodyBytesMax;

    public RevisionRoutes(ControlPlane plane, Gate gate, int bodyBytesMax) {
        this.plane = plane;
        this.gate = gate;
        this.bodyBytesMax = bodyBytesMax;
    }

    /** Comes after the proposals: the last path here takes any name. */
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, look(this::history));
        routes.get(PATH + "/active", look(this::active));
        routes.post(PATH + "/rollback", gate.only(Role.OPERATOR, ENDPOINT, this::rollBack));
        routes.get(AUDIT, look(this::audit));
        routes.get(PATH + "/{revision}", look(this::revision));
    }

    @FunctionalInterface
    private interface Look {
        HttpAnswer at(Context context) throws WireException;
    }

    private Handler look(Look look) {
        return gate.only(
                Role.VIEWER,
                ENDPOINT,
                (context, caller) ->
                        CompletableFuture.completedFuture(plane.view().isComplete() ? look.at(context) : NOT_READ_YET));
    }

    private HttpAnswer history(Context context) throws WireException {
        Page page = Page.of(context);
        List<RulesView.Revision> revisions = plane.view().revisions(page.before(), page.limit());
        return HttpAnswer.ok(json -> {
            json.writeNumberField("activeRevision", plane.view().activeRevision());
            RulesJson.writeAll(json, "revisions", revisions, RulesJson::write);
            if (!revisions.isEmpty()) {
                page.writeNext(
                        json,
                        PATH,
                        revisions.size(),
                        revisions.get(revisions.size() - 1).number());
            }
        });
    }

    private HttpAnswer active(Context context) throws WireException {
        RequestUrl.expectOnly(context);
        long active = plane.view().activeRevision();
        if (active != 0 && RevisionTag.isKnown(context, active)) {
            return new HttpAnswer(304, HttpAnswer.JSON, RevisionTag.of(active), json -> {});
        }
        RulesView.Revision revision = plane.view().revision(active);
        return revision == null ? Problem.NOT_FOUND.answer("no ruleset is in force") : shown(revision);
    }

    private HttpAnswer revision(Context context) throws WireException {
        RequestUrl.expectOnly(context);
        String text = context.pathParam("revision");
        RulesView.Revision revision = text.matches("\\d{1,18}") ? plane.view().revision(Long.parseLong(text)) : null;
        return revision == null
                ? Problem.NOT_FOUND.answer("no such revision among the last " + RulesView.REVISIONS_MAX)
                : shown(revision);
    }

    private static HttpAnswer shown(RulesView.Revision revision) {
        return HttpAnswer.ok(json -> {
                    RulesJson.write(json, revision);
                    RulesJson.writeDocument(json, revision.documentJson(), revision.atMillis());
                })
                .with(RevisionTag.of(revision.number()));
    }

    private HttpAnswer audit(Context context) throws WireException {
        Page page = Page.of(context);
        List<RulesView.Entry> entries = plane.view().entries(page.before(), page.limit());
        return HttpAnswer.ok(json -> {
            RulesJson.writeAll(json, "entries", entries, RulesJson::write);
            if (!entries.isEmpty()) {
                page.writeNext(
                        json,
                        AUDIT,
                        entries.size(),
                        entries.get(entries.size() - 1).sequence());
            }
        });
    }

    private CompletableFuture<HttpAnswer> rollBack(Context context, Caller caller) throws IOException, WireException {
        Long expected = RevisionTag.expected(context);
        if (expected == null) {
            return CompletableFuture.completedFuture(NO_PRECONDITION);
        }
        CommandBody body = CommandBody.read(context, bodyBytesMax).only("reason", "toRevision");
        Long to = body.number("toRevision", 1);
        if (to == null) {
            throw new WireException("toRevision", "missing (expected: the revision whose document is to come back)");
        }
        ControlPlane.By by = new ControlPlane.By(caller.name(), body.reason());
        return plane.command(UUID.randomUUID().toString(), by, new ControlCommand.RollBack(to, expected))
                .thenApply(answer -> inForce(plane, answer));
    }

    /** The revision that a step has put in force. */
    static HttpAnswer inForce(ControlPlane plane, ControlPlane.Answer answer) {
        Long number =
                answer instanceof ControlPlane.Taken taken ? taken.accepted().revision() : null;
        RulesView.Revision revision = number == null ? null : plane.view().revision(number);
        if (revision == null) {
            return RulesProblems.of(answer);
        }
        return HttpAnswer.ok(json -> RulesJson.write(json, revision)).with(RevisionTag.of(revision.number()));
    }
}
