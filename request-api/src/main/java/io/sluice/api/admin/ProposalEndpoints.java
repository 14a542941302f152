package io.sluice.api.admin;

import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.Endpoint;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.RulesView;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ControlCommand;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /v1/rulesets/proposals}: proposed rulesets, and the steps by which they become revisions. */
public final class ProposalEndpoints {
    static final String ENDPOINT = "rulesets";
    private static final String PATH = "/v1/rulesets/proposals";

    private final ControlPlane plane;
    private final int bodyBytesMax;
    private final int documentBytesMax;

    /**
     * The endpoints.
     *
     * @param documentBytesMax the longest body with a document
     * @param bodyBytesMax the longest one without
     */
    public ProposalEndpoints(ControlPlane plane, int bodyBytesMax, int documentBytesMax) {
        this.plane = plane;
        this.bodyBytesMax = bodyBytesMax;
        this.documentBytesMax = documentBytesMax;
    }

    public List<ApiRoute> routes() {
        return List.of(
                ApiRoute.post(PATH, Permission.of(Role.EDITOR), documentBytesMax, this::propose)
                        .named(ENDPOINT),
                view(PATH, this::list),
                view(PATH + "/{id}", this::show),
                view(PATH + "/{id}/diff", this::diff),
                step(PATH + "/{id}/approve", Role.APPROVER, this::approve),
                step(PATH + "/{id}/reject", Role.APPROVER, this::reject),
                step(PATH + "/{id}/activate", Role.OPERATOR, this::activate));
    }

    private static ApiRoute view(String path, View view) {
        return View.route(path, ENDPOINT, view);
    }

    private ApiRoute step(String path, Role role, Endpoint endpoint) {
        return ApiRoute.post(path, Permission.of(role), bodyBytesMax, endpoint).named(ENDPOINT);
    }

    private CompletableFuture<HttpAnswer> propose(ApiRequest request) throws WireException {
        CommandBody body = CommandBody.of(request).only("reason", "document", "baseRevision");
        Long base = body.number("baseRevision", 0);
        if (base == null && !plane.view().isComplete()) {
            return RevisionEndpoints.NOT_READ_YET.now();
        }
        long expected = base == null ? plane.view().activeRevision() : base;
        ControlCommand.Step step = new ControlCommand.Propose(expected, body.documentJson());
        return plane.command(CommandName.of(request), body.by(), step).thenApply(answer -> {
            RulesView.Proposal proposal = proposalOf(answer);
            return proposal == null
                    ? RulesProblems.of(answer)
                    : shown(201, proposal).with(Map.of("Location", PATH + "/" + proposal.id()));
        });
    }

    private RulesView.@Nullable Proposal proposalOf(ControlPlane.Answer answer) {
        Long id = answer instanceof ControlPlane.Taken taken ? taken.accepted().proposalId() : null;
        return id == null ? null : plane.view().proposal(id);
    }

    private static HttpAnswer shown(int status, RulesView.Proposal proposal) {
        return new HttpAnswer(status, HttpAnswer.JSON, Map.of(), json -> {
            RulesJson.write(json, proposal);
            RulesJson.writeDocument(json, proposal.documentJson(), proposal.atMillis());
        });
    }

    private HttpAnswer list(ApiRequest request) throws WireException {
        Page page = Page.of(request);
        if (!plane.view().isComplete()) {
            return RevisionEndpoints.NOT_READ_YET;
        }
        List<RulesView.Proposal> proposals = plane.view().proposals(page.before(), page.limit());
        return HttpAnswer.ok(json -> {
            RulesJson.writeAll(json, "proposals", proposals, RulesJson::write);
            if (!proposals.isEmpty()) {
                page.writeNext(
                        json,
                        PATH,
                        proposals.size(),
                        proposals.get(proposals.size() - 1).id());
            }
        });
    }

    private HttpAnswer show(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        RulesView.Proposal proposal = plane.view().proposal(id(request));
        return proposal == null ? missing(request) : shown(200, proposal);
    }

    private HttpAnswer missing(ApiRequest request) {
        return plane.view().isComplete()
                ? Problem.NOT_FOUND.answer("no such proposal: " + request.path("id"))
                : RevisionEndpoints.NOT_READ_YET;
    }

    private HttpAnswer diff(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        RulesView.Proposal proposal = plane.view().proposal(id(request));
        if (proposal == null) {
            return missing(request);
        }
        long active = plane.view().activeRevision();
        RulesView.Revision before = plane.view().revision(active);
        return HttpAnswer.ok(json -> {
            json.writeNumberField("proposalId", proposal.id());
            json.writeNumberField("activeRevision", active);
            RulesJson.writeAll(
                    json,
                    "changes",
                    RulesJson.diff(before == null ? null : before.documentJson(), proposal.documentJson()),
                    RulesJson::write);
            RulesJson.writeAll(
                    json,
                    "buckets",
                    RulesJson.buckets(before == null ? null : before.documentJson(), proposal.documentJson()),
                    RulesJson::write);
        });
    }

    private CompletableFuture<HttpAnswer> approve(ApiRequest request) throws WireException {
        return decide(request, new ControlCommand.Approve(id(request)));
    }

    private CompletableFuture<HttpAnswer> reject(ApiRequest request) throws WireException {
        return decide(request, new ControlCommand.Reject(id(request)));
    }

    private CompletableFuture<HttpAnswer> decide(ApiRequest request, ControlCommand.Step step) throws WireException {
        ControlPlane.By by = CommandBody.of(request).only("reason").by();
        return plane.command(UUID.randomUUID().toString(), by, step).thenApply(answer -> {
            RulesView.Proposal proposal = proposalOf(answer);
            return proposal == null ? RulesProblems.of(answer) : shown(200, proposal);
        });
    }

    private CompletableFuture<HttpAnswer> activate(ApiRequest request) throws WireException {
        Long expected = RevisionTag.expected(request);
        if (expected == null) {
            return RevisionEndpoints.NO_PRECONDITION.now();
        }
        ControlPlane.By by = CommandBody.of(request).only("reason").by();
        return plane.command(UUID.randomUUID().toString(), by, new ControlCommand.Activate(id(request), expected))
                .thenApply(answer -> RevisionEndpoints.inForce(plane, answer));
    }

    private static long id(ApiRequest request) throws WireException {
        try {
            long id = Long.parseLong(request.path("id"));
            if (id >= 1) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw new WireException("id", "not the number of a proposal (expected: an integer of at least 1)");
    }
}
