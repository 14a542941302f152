package io.sluice.api.admin;

import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.RulesView;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ControlCommand;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/rulesets} and {@code /v1/audit}: the ruleset in force, earlier revisions, and who changed them. */
public final class RevisionEndpoints {
    static final HttpAnswer NOT_READ_YET = Problem.unavailable("the audit trail is still being read");
    static final HttpAnswer NO_PRECONDITION = Problem.PRECONDITION_REQUIRED.answer(
            "If-Match is missing (expected: the ETag of GET /v1/rulesets/active, \"0\" if there is none)");

    private static final String ENDPOINT = ProposalEndpoints.ENDPOINT;
    private static final String PATH = "/v1/rulesets";
    private static final String AUDIT = "/v1/audit";

    private final ControlPlane plane;
    private final int bodyBytesMax;

    public RevisionEndpoints(ControlPlane plane, int bodyBytesMax) {
        this.plane = plane;
        this.bodyBytesMax = bodyBytesMax;
    }

    public List<ApiRoute> routes() {
        return List.of(
                view(PATH, this::history),
                view(PATH + "/active", this::active),
                ApiRoute.post(PATH + "/rollback", Permission.of(Role.OPERATOR), bodyBytesMax, this::rollBack)
                        .named(ENDPOINT),
                view(AUDIT, this::audit),
                view(PATH + "/{revision}", this::revision));
    }

    private ApiRoute view(String path, View view) {
        return View.route(path, ENDPOINT, request -> plane.view().isComplete() ? view.of(request) : NOT_READ_YET);
    }

    private HttpAnswer history(ApiRequest request) throws WireException {
        Page page = Page.of(request);
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

    private HttpAnswer active(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        long active = plane.view().activeRevision();
        if (active != 0 && RevisionTag.isKnown(request, active)) {
            return new HttpAnswer(304, HttpAnswer.JSON, RevisionTag.of(active), json -> {});
        }
        RulesView.Revision revision = plane.view().revision(active);
        return revision == null ? Problem.NOT_FOUND.answer("no ruleset is in force") : shown(revision);
    }

    private HttpAnswer revision(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        String text = request.path("revision");
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

    private HttpAnswer audit(ApiRequest request) throws WireException {
        Page page = Page.of(request);
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

    private CompletableFuture<HttpAnswer> rollBack(ApiRequest request) throws WireException {
        Long expected = RevisionTag.expected(request);
        if (expected == null) {
            return NO_PRECONDITION.now();
        }
        CommandBody body = CommandBody.of(request).only("reason", "toRevision");
        Long to = body.number("toRevision", 1);
        if (to == null) {
            throw new WireException("toRevision", "missing (expected: the revision whose document is to come back)");
        }
        return plane.command(UUID.randomUUID().toString(), body.by(), new ControlCommand.RollBack(to, expected))
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
