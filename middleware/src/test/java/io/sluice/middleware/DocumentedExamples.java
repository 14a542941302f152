package io.sluice.middleware;

import io.grpc.Metadata;
import io.grpc.ServerInterceptor;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicy;
import io.sluice.middleware.grpc.SluiceServerInterceptor;
import io.sluice.middleware.servlet.SluiceFilter;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The examples of docs/MIDDLEWARE.md, which shows what is between the marks. */
final class DocumentedExamples {
    private DocumentedExamples() {}

    // begin client
    static HttpAdmissions connect(Supplier<String> key) {
        return HttpAdmissions.of(HttpAdmissionsConfig.of("http://sluice.internal:8080")
                .withCredentials(key)
                .withFailurePolicy(FailurePolicy.ALLOW));
    }

    static boolean mayOrder(Admissions admissions) throws WireException {
        AdmissionRequest request = AdmissionRequest.of("acme/alice")
                .cost(5)
                .idempotencyKey("order-4711")
                .build();
        Answer<AdmissionVerdict> answer =
                admissions.admit(request, /* deadlineMillis= */ 250).join();
        return NextStep.after(answer) instanceof NextStep.Proceed;
    }
    // end client

    // begin filter
    static SluiceFilter filter(Admissions admissions) {
        return SluiceFilter.of(
                        admissions,
                        request -> request.getRequestURI().equals("/healthz")
                                ? null // passes unasked
                                : "acme/" + request.getRemoteUser())
                .refine((request, admission) ->
                        admission.cost(request.getMethod().equals("POST") ? 5 : 1))
                .deadlineMillis(250)
                .build();
    }
    // end filter

    // begin interceptor
    static ServerInterceptor interceptor(Admissions admissions) {
        Metadata.Key<String> user = Metadata.Key.of("x-user", Metadata.ASCII_STRING_MARSHALLER);
        return SluiceServerInterceptor.of(admissions, (call, headers) -> "acme/" + headers.get(user))
                .refine((call, headers, admission) -> admission.attribute("plan", "gold"))
                .deadlineMillis(250)
                .build();
    }
    // end interceptor

    // begin reservation
    static boolean writeReport(Admissions admissions, LongSupplier work) throws WireException {
        AdmissionRequest request = AdmissionRequest.of("acme/alice")
                .cost(1_000)
                .reserveMillis(60_000)
                .build();
        try (Reservation reservation = Reservation.open(admissions, request, /* deadlineMillis= */ 1_000)) {
            if (!reservation.allowed()) {
                return false;
            }
            long used = work.getAsLong(); // if this throws, all tokens go back
            reservation.commit(used);
            return true;
        }
    }
    // end reservation
}
