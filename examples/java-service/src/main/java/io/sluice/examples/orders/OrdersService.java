package io.sluice.examples.orders;

import io.sluice.client.Admissions;
import io.sluice.client.FailurePolicy;
import io.sluice.middleware.HttpAdmissions;
import io.sluice.middleware.HttpAdmissionsConfig;
import io.sluice.middleware.servlet.SluiceFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The service: Jetty, one filter, two servlets. */
public final class OrdersService {
    private OrdersService() {}

    /** Serves until it is told to stop. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> environment = System.getenv();
        HttpAdmissions admissions = HttpAdmissions.of(config(environment));
        long deadlineMillis = Long.parseLong(environment.getOrDefault("ORDERS_DEADLINE_MILLIS", "250"));
        SluiceFilter filter = filter(admissions, deadlineMillis);
        Server server = server(Integer.parseInt(environment.getOrDefault("PORT", "8090")), admissions, filter);
        server.start();
        System.out.println(
                "orders ready: http://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
        server.join();
        admissions.close();
    }

    private static HttpAdmissionsConfig config(Map<String, String> environment) {
        String policy = environment.getOrDefault("ORDERS_WITHOUT_VERDICT", "allow");
        HttpAdmissionsConfig config = HttpAdmissionsConfig.of(
                        environment.getOrDefault("SLUICE_URL", "http://127.0.0.1:8080"))
                .withFailurePolicy(FailurePolicy.valueOf(policy.toUpperCase(Locale.ROOT)));
        String key = environment.get("SLUICE_KEY");
        return key == null ? config : config.withCredentials(() -> key);
    }

    private static SluiceFilter filter(Admissions admissions, long deadlineMillis) {
        return SluiceFilter.of(admissions, OrdersService::clientId)
                .refine((request, admission) ->
                        admission.cost(request.getMethod().equals("POST") ? 5 : 1))
                .deadlineMillis(deadlineMillis)
                .build();
    }

    private static Server server(int port, Admissions admissions, SluiceFilter filter) {
        ServletContextHandler context = new ServletContextHandler();
        context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new Orders()), "/orders");
        context.addServlet(new ServletHolder(new Reports(admissions)), "/reports");

        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(context);
        server.setStopAtShutdown(true);
        return server;
    }

    /** A real service takes the user from its session or token. Null for reports, which reserve by themselves. */
    private static @Nullable String clientId(HttpServletRequest request) {
        return request.getServletPath().equals("/reports") ? null : clientOf(request);
    }

    static String clientOf(HttpServletRequest request) {
        String user = request.getHeader("x-user");
        return "shop/" + (user == null ? "guest" : user);
    }
}
