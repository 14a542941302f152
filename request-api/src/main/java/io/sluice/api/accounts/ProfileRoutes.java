package io.sluice.api.accounts;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.sluice.api.access.Caller;
import io.sluice.api.access.Gate;
import io.sluice.api.access.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.rulesets.CommandBody;
import io.sluice.api.rulesets.CommandName;
import io.sluice.api.rulesets.Page;
import io.sluice.api.rulesets.RevisionTag;
import io.sluice.api.rulesets.RulesProblems;
import io.sluice.client.accounts.AccountPlane;
import io.sluice.client.accounts.AccountTrail;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.AccountActionJson;
import io.sluice.schemas.codec.ProfileJson;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.request.ClientId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/accounts/{account}/profile}: what is known of an account beside the rules, and changes of it. */
public final class ProfileRoutes {
    private static final String ENDPOINT = "accounts";
    private static final String PATH = "/v1/accounts/{account}/profile";
    private static final HttpAnswer NO_PRECONDITION = Problem.PRECONDITION_REQUIRED.answer(
            "If-Match is missing (expected: the ETag of the profile, \"0\" if nobody has ever changed it)");

    private static final String AUDIT = "/v1/accounts/{account}/audit";

    private final ControlPlane plane;
    private final Gate gate;
    private final int bodyBytesMax;

    public ProfileRoutes(ControlPlane plane, Gate gate, int bodyBytesMax) {
        this.plane = plane;
        this.gate = gate;
        this.bodyBytesMax = bodyBytesMax;
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, gate.only(Role.VIEWER, ENDPOINT, this::show));
        routes.post(PATH + "/changes", gate.only(Role.OPERATOR, ENDPOINT, this::change));
        routes.get(AUDIT, gate.only(Role.VIEWER, ENDPOINT, this::audit));
    }

    /** What was done to the account, as far as the audit trail is kept in memory. */
    private CompletableFuture<HttpAnswer> audit(Context context, Caller caller) throws WireException {
        Page page = Page.of(context);
        List<AccountTrail.Entry> entries =
                plane.view().accounts().entries(account(context), page.before(), page.limit());
        return CompletableFuture.completedFuture(
                plane.view().isComplete()
                        ? HttpAnswer.ok(json -> {
                            json.writeArrayFieldStart("entries");
                            for (AccountTrail.Entry entry : entries) {
                                write(json, entry);
                            }
                            json.writeEndArray();
                        })
                        : Problem.unavailable("the audit trail is still being read"));
    }

    private static void write(JsonGenerator json, AccountTrail.Entry entry) throws IOException {
        json.writeStartObject();
        json.writeNumberField("version", entry.version());
        json.writeNumberField("atMillis", entry.atMillis());
        json.writeStringField("principal", entry.principal());
        json.writeStringField("reason", entry.reason());
        json.writeStringField("action", AccountActionJson.nameOf(entry.change()));
        AccountActionJson.write(json, entry.change());
        if (entry.granted() > 0) {
            json.writeNumberField("granted", entry.granted());
        }
        json.writeEndObject();
    }

    private CompletableFuture<HttpAnswer> show(Context context, Caller caller) throws WireException {
        RequestUrl.expectOnly(context);
        return plane.accounts().profile(account(context)).thenApply(ProfileRoutes::told);
    }

    private CompletableFuture<HttpAnswer> change(Context context, Caller caller) throws IOException, WireException {
        String account = account(context);
        Long expected = RevisionTag.expected(context);
        if (expected == null) {
            return CompletableFuture.completedFuture(NO_PRECONDITION);
        }
        CommandBody body = CommandBody.read(context, bodyBytesMax);
        AccountCommand command = new AccountCommand(
                account,
                CommandName.of(context, caller),
                caller.name(),
                body.reason(),
                expected,
                AccountActionJson.decode(body.json(), List.of("reason")),
                /* reply= */ null);
        return plane.accounts().change(command).thenApply(ProfileRoutes::told);
    }

    private static String account(Context context) throws WireException {
        ClientId account = ClientId.parse("account", context.pathParam("account"));
        if (!account.text().equals(account.account())) {
            throw new WireException("account", "a client ID (expected: its first segment)");
        }
        return account.text();
    }

    private static HttpAnswer told(AccountPlane.Answer answer) {
        if (answer instanceof AccountPlane.Shown shown) {
            return shown(shown.shown());
        }
        return answer instanceof AccountPlane.Refused refused
                ? RulesProblems.refused(refused.refusal())
                : Problem.unavailable(((AccountPlane.Unavailable) answer).detail());
    }

    private static HttpAnswer shown(ProfileReply.Shown shown) {
        return HttpAnswer.ok(json -> {
                    ProfileJson.write(json, shown.profile());
                    json.writeStringField("effectiveTier", shown.tier());
                    json.writeNumberField("rulesetRevision", shown.rulesetRevision());
                    json.writeNumberField("decidedAtMillis", shown.decidedAtMillis());
                    if (shown.granted() > 0) {
                        json.writeNumberField("granted", shown.granted());
                    }
                })
                .with(RevisionTag.of(shown.profile().version()));
    }
}
