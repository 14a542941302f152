package io.sluice.api.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.RulesView;
import io.sluice.engine.controlplane.RulesetReview;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * {@code POST /v1/rulesets/check}: the mistakes in a document, and what it would change. It proposes nothing. The
 * rules writer checks each proposal again: it may have another version of the compiler.
 */
public final class CheckEndpoint {
    private final ControlPlane plane;
    private final LongSupplier clockMillis;

    /**
     * Over the revision in force.
     *
     * @param clockMillis the time of day, for entries of lists that have ended
     */
    public CheckEndpoint(ControlPlane plane, LongSupplier clockMillis) {
        this.plane = plane;
        this.clockMillis = clockMillis;
    }

    /** Its route. Compiling a large document takes time, so only callers that may propose one may use it. */
    public ApiRoute route(int bodyBytesMax) {
        return ApiRoute.post("/v1/rulesets/check", Permission.of(Role.EDITOR), bodyBytesMax, this::check)
                .named(ProposalEndpoints.ENDPOINT);
    }

    private CompletableFuture<HttpAnswer> check(ApiRequest request) throws WireException {
        String document = CommandBody.of(request).only("document").documentJson();
        if (!plane.view().isComplete()) {
            return RevisionEndpoints.NOT_READ_YET.now();
        }
        try {
            List<RulesetProblem> warnings = RulesetReview.of(DocumentTree.ofJson(document), clockMillis.getAsLong());
            return valid(document, warnings).now();
        } catch (InvalidRulesetException e) {
            return HttpAnswer.ok(json -> {
                        json.writeBooleanField("valid", false);
                        RulesJson.writeAll(json, "errors", e.problems(), CheckEndpoint::write);
                    })
                    .now();
        }
    }

    private HttpAnswer valid(String document, List<RulesetProblem> warnings) {
        long active = plane.view().activeRevision();
        RulesView.Revision revision = plane.view().revision(active);
        String before = revision == null ? null : revision.documentJson();
        return HttpAnswer.ok(json -> {
            json.writeBooleanField("valid", true);
            json.writeNumberField("activeRevision", active);
            RulesJson.writeAll(json, "warnings", warnings, CheckEndpoint::write);
            RulesJson.writeAll(json, "changes", RulesJson.diff(before, document), RulesJson::write);
            RulesJson.writeAll(json, "buckets", RulesJson.buckets(before, document), RulesJson::write);
        });
    }

    private static void write(JsonGenerator json, RulesetProblem problem) throws IOException {
        json.writeStringField("field", problem.path());
        json.writeStringField("detail", problem.message());
    }
}
