package io.sluice.gateway.envoy;

import com.google.rpc.Code;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.Admissions;
import io.sluice.engine.ruleset.EnvoyMapping;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.gateway.CallDeadline;
import io.sluice.gateway.envoy.ChargedHits.Decided;
import io.sluice.gateway.envoy.DescriptorMapping.Hits;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.RequestMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * {@code envoy.service.auth.v3.Authorization}: may this HTTP request happen now? A denial is answered with the status,
 * the header fields and the body of the REST API.
 *
 * <p>The request becomes one descriptor: the context extensions of its route, the headers that the ruleset names, the
 * caller's address, and the route itself.
 */
public final class AuthorizationService extends AuthorizationGrpc.AuthorizationImplBase {
    /** The domain of such a request, unless a context extension of this name says otherwise. */
    private static final String DOMAIN = "domain";

    private static final String STANDARD_DOMAIN = "ext_authz";
    private static final String ADDRESS = "remote_address";
    private static final int FORBIDDEN = 403;

    private final HitCharging charging;
    private final Supplier<Ruleset> ruleset;
    private final long deadlineMillis;
    private final EnvoyMeters meters;

    /** The service; its parameters are those of {@link RateLimitService}. */
    public AuthorizationService(
            Admissions admissions, Supplier<Ruleset> ruleset, long deadlineMillis, MeterRegistry registry) {
        this.charging = new HitCharging(admissions, "ext_authz", registry);
        this.ruleset = ruleset;
        this.deadlineMillis = deadlineMillis;
        this.meters = new EnvoyMeters("ext_authz", registry);
    }

    @Override
    public void check(CheckRequest question, StreamObserver<CheckResponse> caller) {
        UnaryAnswer<CheckResponse> answer = new UnaryAnswer<>(caller, meters);
        List<Hit> hits;
        try {
            hits = List.of(hit(ruleset.get().envoy(), question.getAttributes()));
        } catch (WireException e) {
            answer.refuse(Status.INVALID_ARGUMENT, e.field() + ": " + e.detail());
            return;
        }
        if (answer.allows(hits)) {
            charging.charge(hits, CallDeadline.millis(deadlineMillis))
                    .whenComplete((charged, failure) ->
                            answer.complete(charged, failure, AuthorizationService::answer, Decided::allowed));
        }
    }

    private static Hit hit(EnvoyMapping mapping, AttributeContext asked) throws WireException {
        Map<String, String> extensions = new TreeMap<>(asked.getContextExtensionsMap());
        String domain = extensions.getOrDefault(DOMAIN, STANDARD_DOMAIN);
        extensions.remove(DOMAIN);
        AttributeContext.HttpRequest http = asked.getRequest().getHttp();
        DescriptorEntries entries = new DescriptorEntries();
        extensions.forEach(entries::with);
        for (Map.Entry<String, String> header : new TreeMap<>(mapping.headers()).entrySet()) {
            String value = http.getHeadersMap().get(header.getKey());
            if (value != null) {
                entries.with(header.getValue(), value);
            }
        }
        String address = asked.getSource().getAddress().getSocketAddress().getAddress();
        if (!address.isEmpty()) {
            entries.with(first(mapping.address(), ADDRESS), address);
        }
        entries.with(first(mapping.method(), "method"), http.getMethod())
                .with(first(mapping.path(), "path"), FittingText.path(http.getPath()))
                .with(first(mapping.host(), "host"), http.getHost());
        return new Hit(
                0, DescriptorMapping.admission(mapping, "attributes", domain, entries, new Hits(1, RequestMode.CHECK)));
    }

    private static String first(List<String> keys, String standard) {
        return keys.isEmpty() ? standard : keys.get(0);
    }

    private static CheckResponse answer(Decided decided) {
        boolean listed = DeniedBody.isDenyListed(decided.merged());
        EnvoyAnswer told = EnvoyAnswer.of(decided, listed ? FORBIDDEN : RateLimitAnswers.DENIED_STATUS);
        CheckResponse.Builder answer = CheckResponse.newBuilder().setDynamicMetadata(told.metadata());
        if (decided.allowed()) {
            OkHttpResponse.Builder allowed = OkHttpResponse.newBuilder();
            told.fields().forEach((name, value) -> allowed.addResponseHeadersToAdd(header(name, value)));
            return answer.setStatus(com.google.rpc.Status.newBuilder().setCode(Code.OK_VALUE))
                    .setOkResponse(allowed)
                    .build();
        }
        DeniedHttpResponse.Builder denied = DeniedHttpResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCode(listed ? StatusCode.Forbidden : StatusCode.TooManyRequests))
                .setBody(told.body().toStringUtf8());
        told.fields().forEach((name, value) -> denied.addHeaders(header(name, value)));
        return answer.setStatus(com.google.rpc.Status.newBuilder()
                        .setCode(listed ? Code.PERMISSION_DENIED_VALUE : Code.RESOURCE_EXHAUSTED_VALUE))
                .setDeniedResponse(denied)
                .build();
    }

    private static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }
}
