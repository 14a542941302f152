package io.sluice.api.rulesets;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /v1/rulesets/proposals}: documents on their way to being a revision. */
public final class ProposalRoutes {
    static final String ENDPOINT = "rulesets";
    private static final String PATH = "/v1/rulesets/proposals";

    private final ControlPlane plane;
    private final Gate gate;
    private final int bodyBytesMax;

    public ProposalRoutes(ControlPlane plane, Gate gate, int bodyBytesMax) {
        this.plane = plane;
        this.gate = gate;
        this.bodyBytesMax = bodyBytesMax;
    }

    public void addTo(RoutesConfig routes) {
        routes.post(PATH, gate.only(Role.EDITOR, ENDPOINT, this::propose));
        routes.get(PATH, gate.only(Role.VIEWER, ENDPOINT, (context, caller) -> now(list(context))));
        routes.get(PATH + "/{id}", gate.only(Role.VIEWER, ENDPOINT, (context, caller) -> now(show(context))));
        routes.get(PATH + "/{id}/diff", gate.only(Role.VIEWER, ENDPOINT, (context, caller) -> now(diff(context))));
        routes.post(PATH + "/{id}/approve", gate.only(Role.APPROVER, ENDPOINT, this::approve));
        routes.post(PATH + "/{id}/reject", gate.only(Role.APPROVER, ENDPOINT, this::reject));
        routes.post(PATH + "/{id}/activate", gate.only(Role.OPERATOR, ENDPOINT, this::activate));
    }

    private static CompletableFuture<HttpAnswer> now(HttpAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private CompletableFuture<HttpAnswer> propose(Context context, Caller caller) throws IOException, WireException {
        CommandBody body = CommandBody.read(context, bodyBytesMax).only("reason", "document", "baseRevision");
        Long base = body.number("baseRevision", 0);
        if (base == null && !plane.view().isComplete()) {
            return now(RevisionRoutes.NOT_READ_YET);
        }
        long expected = base == null ? plane.view().activeRevision() : base;
        ControlCommand.Step step = new ControlCommand.Propose(expected, body.documentJson());
        return plane.command(CommandName.of(context, caller), new ControlPlane.By(caller.name(), body.reason()), step)
                .thenApply(answer -> {
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

    private HttpAnswer list(Context context) throws WireException {
        Page page = Page.of(context);
        if (!plane.view().isComplete()) {
            return RevisionRoutes.NOT_READ_YET;
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

    private HttpAnswer show(Context context) throws WireException {
        RequestUrl.expectOnly(context);
        RulesView.Proposal proposal = plane.view().proposal(id(context));
        return proposal == null ? missing(context) : shown(200, proposal);
    }

    private HttpAnswer missing(Context context) {
        return plane.view().isComplete()
                ? Problem.NOT_FOUND.answer("no such proposal: " + context.pathParam("id"))
                : RevisionRoutes.NOT_READ_YET;
    }

    private HttpAnswer diff(Context context) throws WireException {
        RequestUrl.expectOnly(context);
        RulesView.Proposal proposal = plane.view().proposal(id(context));
        if (proposal == null) {
            return missing(context);
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

    private CompletableFuture<HttpAnswer> approve(Context context, Caller caller) throws IOException, WireException {
        return decide(context, caller, new ControlCommand.Approve(id(context)));
    }

    private CompletableFuture<HttpAnswer> reject(Context context, Caller caller) throws IOException, WireException {
        return decide(context, caller, new ControlCommand.Reject(id(context)));
    }

    private CompletableFuture<HttpAnswer> decide(Context context, Caller caller, ControlCommand.Step step)
            throws IOException, WireException {
        ControlPlane.By by = new ControlPlane.By(
                caller.name(),
                CommandBody.read(context, bodyBytesMax).only("reason").reason());
        return plane.command(UUID.randomUUID().toString(), by, step).thenApply(answer -> {
            RulesView.Proposal proposal = proposalOf(answer);
            return proposal == null ? RulesProblems.of(answer) : shown(200, proposal);
        });
    }

    private CompletableFuture<HttpAnswer> activate(Context context, Caller caller) throws IOException, WireException {
        Long expected = RevisionTag.expected(context);
        if (expected == null) {
            return now(RevisionRoutes.NO_PRECONDITION);
        }
        ControlPlane.By by = new ControlPlane.By(
                caller.name(),
                CommandBody.read(context, bodyBytesMax).only("reason").reason());
        return plane.command(UUID.randomUUID().toString(), by, new ControlCommand.Activate(id(context), expected))
                .thenApply(answer -> RevisionRoutes.inForce(plane, answer));
    }

    private static long id(Context context) throws WireException {
        try {
            long id = Long.parseLong(context.pathParam("id"));
            if (id >= 1) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number that is out of range.
        }
        throw new WireException("id", "not the number of a proposal (expected: an integer of at least 1)");
    }
}
