package io.sluice.examples.orders;

import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.middleware.NextStep;
import io.sluice.middleware.Reservation;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.request.AdmissionRequest;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code POST /reports}: the cost is known only when a report is written, so it reserves, and then commits. */
final class Reports extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final long COST_MAX = 10;
    private static final long DEADLINE_MILLIS = 1_000;

    private final transient Admissions admissions;

    Reports(Admissions admissions) {
        this.admissions = admissions;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try (Reservation reservation = Reservation.open(admissions, reserving(request), DEADLINE_MILLIS)) {
            if (NextStep.after(reservation.answer()) instanceof NextStep.Stop stop) {
                response.setStatus(stop.reason().status());
                stop.fields().forEach(response::setHeader);
                response.setContentType(NextStep.PROBLEM_TYPE);
                response.getOutputStream().write(stop.problem());
                return;
            }
            String report = report(request);
            Answer<SettlementReply> settled = reservation.commit(cost(report));
            response.setContentType("text/plain");
            response.getWriter().println(report + ", " + said(settled));
        } catch (WireException e) {
            throw new ServletException(e);
        }
    }

    private static AdmissionRequest reserving(HttpServletRequest request) throws WireException {
        return AdmissionRequest.of(OrdersService.clientOf(request))
                .cost(COST_MAX)
                .reserveMillis(60_000)
                .build();
    }

    /** Fails for an invalid month; all reserved tokens then go back. */
    private static String report(HttpServletRequest request) {
        int month = Integer.parseInt(request.getParameter("month"));
        return "report of month " + month;
    }

    private static long cost(String report) {
        return Math.min(COST_MAX, report.length() / 5);
    }

    private static String said(Answer<SettlementReply> settled) {
        SettlementReply reply = settled.orNull();
        return reply == null || reply.settlement() == null
                ? "not settled"
                : reply.settlement().cost() + " tokens of " + reply.settlement().reserved();
    }
}
