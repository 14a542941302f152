package io.sluice.api.admission;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestBody;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import io.sluice.client.SettlementAnswer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.codec.SettleBody;
import io.sluice.schemas.codec.SettlementJson;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.SettleRequest;

/**
 * {@code POST /v1/reservations/{id}/commit}, {@code .../cancel} and {@code POST /v1/admissions/{id}/release}: a client is
 * done with what it holds.
 */
public final class SettlementHandler implements Handler {
    private final SettleRequest.Verb verb;
    private final Admissions admissions;
    private final Responder responder;
    private final RequestApiConfig config;

    public SettlementHandler(
            SettleRequest.Verb verb, Admissions admissions, Responder responder, RequestApiConfig config) {
        this.verb = verb;
        this.admissions = admissions;
        this.responder = responder;
        this.config = config;
    }

    @Override
    public void handle(Context context) {
        String endpoint = verb.wireName();
        RequestBody.Read read = RequestBody.read(context, config.bounds().bodyBytesMax());
        if (read instanceof RequestBody.Refused refused) {
            responder.respond(context, endpoint, refused.answer());
            return;
        }
        byte[] bytes = ((RequestBody.Accepted) read).bytes();
        try {
            SettleBody body = BodyCodec.settle(verb, context.pathParam("id"), bytes);
            long deadlineMillis = body.deadlineMillis() == null ? config.deadlineMillis() : body.deadlineMillis();
            responder.respond(
                    context,
                    endpoint,
                    admissions.settle(body.request(), deadlineMillis).thenApply(SettlementHandler::answer));
        } catch (WireException e) {
            responder.respond(context, endpoint, Problem.invalid(e));
        }
    }

    private static HttpAnswer answer(SettlementAnswer answer) {
        if (answer instanceof SettlementAnswer.Unavailable unavailable) {
            return Problem.unavailable(unavailable.detail());
        }
        SettlementReply reply = ((SettlementAnswer.Answered) answer).reply();
        Settlement settlement = reply.settlement();
        if (settlement != null) {
            return HttpAnswer.ok(json -> {
                json.writeStringField("decisionId", reply.decisionId());
                SettlementJson.write(json, settlement);
            });
        }
        WireError error = reply.error();
        return error == null ? Problem.INTERNAL.answer("the answer says nothing") : problem(error);
    }

    private static HttpAnswer problem(WireError error) {
        return switch (error.code()) {
            case WireError.RESERVATION_NOT_FOUND ->
                Problem.offending(Problem.RESERVATION_NOT_FOUND, error.field(), error.detail());
            case WireError.COMMIT_ABOVE_RESERVATION ->
                Problem.offending(Problem.COMMIT_ABOVE_RESERVATION, error.field(), error.detail());
            case WireError.INVALID_REQUEST -> Problem.invalid(error.field(), error.detail());
            default -> Problem.INTERNAL.answer(error.detail());
        };
    }
}
