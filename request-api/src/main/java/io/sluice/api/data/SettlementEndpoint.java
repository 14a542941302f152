package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.codec.SettleBody;
import io.sluice.schemas.codec.SettlementJson;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.SettleRequest;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/reservations/{id}/commit}, {@code .../cancel} and {@code POST /v1/admissions/{id}/release}: a
 * client ends a hold.
 */
public final class SettlementEndpoint implements Endpoint {
    private final SettleRequest.Verb verb;
    private final CallerAdmissions admissions;
    private final long deadlineMillis;

    /** With a deadline for requests that name none. */
    public SettlementEndpoint(SettleRequest.Verb verb, CallerAdmissions admissions, long deadlineMillis) {
        this.verb = verb;
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        SettleBody body = BodyCodec.settle(verb, request.path("id"), request.body());
        long withinMillis = body.deadlineMillis() == null ? deadlineMillis : body.deadlineMillis();
        return admissions
                .of(request.caller())
                .settle(body.request(), withinMillis)
                .thenApply(SettlementEndpoint::answer);
    }

    private static HttpAnswer answer(Answer<SettlementReply> answer) {
        SettlementReply reply = answer.orNull();
        if (reply == null) {
            return AdmissionAnswers.withoutVerdict(answer);
        }
        Settlement settlement = reply.settlement();
        if (settlement != null) {
            return HttpAnswer.ok(json -> {
                json.writeStringField("decisionId", reply.decisionId());
                SettlementJson.write(json, settlement);
            });
        }
        WireError error = reply.error();
        return error == null ? Problem.INTERNAL.answer("the answer says nothing") : Problem.of(error);
    }
}
