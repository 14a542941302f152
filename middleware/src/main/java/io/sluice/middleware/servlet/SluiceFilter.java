package io.sluice.middleware.servlet;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.middleware.NextStep;
import io.sluice.middleware.Traceparent;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.Route;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A servlet filter that asks Sluice before each request of a web application. A denied request ends with 429, a
 * problem as its body, and {@code Retry-After}; each answer has {@code RateLimit} and {@code RateLimit-Policy}.
 *
 * <p>Each request is checked once, however often it is dispatched. Slots of concurrency limits are released when its
 * response is complete, also an asynchronous one.
 */
public final class SluiceFilter implements Filter {
    /** The attribute of the request with the {@link Answer} to its admission. */
    public static final String ANSWER = "io.sluice.answer";

    /** How long a container waits beyond the deadline, by which the answer is there in any case. */
    private static final long SLACK_MILLIS = 10_000;

    private final Admissions admissions;
    private final Function<HttpServletRequest, @Nullable String> client;
    private final Refinement refinement;
    private final long deadlineMillis;
    private final boolean nonBlocking;

    private SluiceFilter(Builder builder) {
        this.admissions = builder.admissions;
        this.client = builder.client;
        this.refinement = builder.refinement;
        this.deadlineMillis = builder.deadlineMillis;
        this.nonBlocking = builder.nonBlocking;
    }

    /** Adds to the admission of a request: its cost, attributes, priority or another route. */
    @FunctionalInterface
    public interface Refinement {
        /**
         * Refines an admission that has the client ID, and the request's own method, path and host as its route.
         *
         * @throws WireException if the request cannot be asked for; it ends with 400
         */
        void refine(HttpServletRequest request, AdmissionRequest.Builder admission) throws WireException;
    }

    /**
     * A filter that asks these admissions; their failure policy says what happens when no verdict comes in time.
     *
     * @param client the client ID of a request; null to let it pass unasked, as for probes
     */
    public static Builder of(Admissions admissions, Function<HttpServletRequest, @Nullable String> client) {
        return new Builder(admissions, client);
    }

    /** Collects the settings. */
    public static final class Builder {
        private final Admissions admissions;
        private final Function<HttpServletRequest, @Nullable String> client;
        private Refinement refinement = (request, admission) -> {};
        private long deadlineMillis = 250;
        private boolean nonBlocking;

        private Builder(Admissions admissions, Function<HttpServletRequest, @Nullable String> client) {
            this.admissions = admissions;
            this.client = client;
        }

        /** Adds a cost, attributes, a priority or another route to admissions. */
        public Builder refine(Refinement newRefinement) {
            this.refinement = newRefinement;
            return this;
        }

        /** How long a request waits for its verdict, beside what its own {@code maxWaitMillis} allows; 250 at first. */
        public Builder deadlineMillis(long newDeadlineMillis) {
            if (newDeadlineMillis < 1) {
                throw new IllegalArgumentException("deadlineMillis: " + newDeadlineMillis + " (expected: at least 1)");
            }
            this.deadlineMillis = newDeadlineMillis;
            return this;
        }

        /**
         * Frees the container's thread while it waits for the verdict. The request is then dispatched again, so
         * <em>all filters after this one, and the servlet, must support asynchronous requests and be mapped for the
         * dispatcher type ASYNC; otherwise the container skips the filter</em>.
         */
        public Builder nonBlocking() {
            this.nonBlocking = true;
            return this;
        }

        public SluiceFilter build() {
            return new SluiceFilter(this);
        }
    }

    @Override
    public void doFilter(ServletRequest anyRequest, ServletResponse anyResponse, FilterChain chain)
            throws IOException, ServletException {
        if (!(anyRequest instanceof HttpServletRequest request)
                || !(anyResponse instanceof HttpServletResponse response)
                || request.getAttribute(ANSWER) != null) {
            chain.doFilter(anyRequest, anyResponse);
            return;
        }
        AdmissionRequest admission;
        try {
            admission = admission(request);
        } catch (WireException e) {
            stop(NextStep.invalid(e), response);
            return;
        }
        if (admission == null) {
            chain.doFilter(request, response);
            return;
        }
        CompletableFuture<Answer<AdmissionVerdict>> answer = Traceparent.during(
                request.getHeader(Traceparent.FIELD),
                () -> admissions.admit(admission, deadlineMillis + admission.maxWaitMillis()));
        if (nonBlocking && request.isAsyncSupported()) {
            continueLater(admission, answer, request, response);
        } else {
            continueNow(admission, answer.join(), new Passing(request, response, chain));
        }
    }

    private @Nullable AdmissionRequest admission(HttpServletRequest request) throws WireException {
        String clientId = client.apply(request);
        if (clientId == null) {
            return null;
        }
        AdmissionRequest.Builder admission = AdmissionRequest.of(clientId)
                .route(Route.checked(request.getMethod(), request.getRequestURI(), request.getServerName()));
        refinement.refine(request, admission);
        return admission.build();
    }

    /** One request on its way through the filters. */
    private record Passing(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
        void proceed() throws IOException, ServletException {
            chain.doFilter(request, response);
        }
    }

    private void continueNow(AdmissionRequest admission, Answer<AdmissionVerdict> answer, Passing passing)
            throws IOException, ServletException {
        passing.request.setAttribute(ANSWER, answer);
        NextStep step = NextStep.after(answer);
        if (step instanceof NextStep.Stop stop) {
            stop(stop, passing.response);
            return;
        }
        step.fields().forEach(passing.response::setHeader);
        Slots slots = slots(admission, ((NextStep.Proceed) step).releaseId());
        if (slots == null) {
            passing.proceed();
            return;
        }
        boolean later = false;
        try {
            passing.proceed();
            later = passing.request.isAsyncStarted();
            if (later) {
                passing.request.getAsyncContext().addListener(slots);
            }
        } finally {
            if (!later) {
                slots.release();
            }
        }
    }

    private void continueLater(
            AdmissionRequest admission,
            CompletableFuture<Answer<AdmissionVerdict>> arriving,
            HttpServletRequest request,
            HttpServletResponse response) {
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(deadlineMillis + admission.maxWaitMillis() + SLACK_MILLIS);
        arriving.thenAccept(answer -> {
            try {
                // In a thread of the container, since writing can block.
                context.start(() -> continueIn(context, admission, answer));
            } catch (IllegalStateException e) {
                releaseAll(admission, answer);
            }
        });
    }

    private void continueIn(AsyncContext context, AdmissionRequest admission, Answer<AdmissionVerdict> answer) {
        NextStep step = NextStep.after(answer);
        try {
            HttpServletRequest request = (HttpServletRequest) context.getRequest();
            HttpServletResponse response = (HttpServletResponse) context.getResponse();
            request.setAttribute(ANSWER, answer);
            if (step instanceof NextStep.Stop stop) {
                stop(stop, response);
                context.complete();
                return;
            }
            step.fields().forEach(response::setHeader);
            Slots slots = slots(admission, ((NextStep.Proceed) step).releaseId());
            if (slots != null) {
                context.addListener(slots);
            }
            context.dispatch();
        } catch (IOException e) {
            context.getRequest().getServletContext().log("the caller is gone", e);
            context.complete();
        } catch (IllegalStateException e) {
            // The container has ended the request meanwhile.
            releaseAll(admission, answer);
        }
    }

    private void releaseAll(AdmissionRequest admission, Answer<AdmissionVerdict> answer) {
        if (NextStep.after(answer) instanceof NextStep.Proceed proceed) {
            Slots slots = slots(admission, proceed.releaseId());
            if (slots != null) {
                slots.release();
            }
        }
    }

    private @Nullable Slots slots(AdmissionRequest admission, @Nullable DecisionId releaseId) {
        ClientId clientId = admission.clientId();
        return releaseId == null
                ? null
                : new Slots(() -> admissions.release(clientId, releaseId, Math.max(deadlineMillis, SLACK_MILLIS)));
    }

    private static void stop(NextStep.Stop stop, HttpServletResponse response) throws IOException {
        response.setStatus(stop.reason().status());
        stop.fields().forEach(response::setHeader);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(NextStep.PROBLEM_TYPE);
        byte[] body = stop.problem();
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
