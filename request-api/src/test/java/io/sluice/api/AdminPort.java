package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.Role;
import io.sluice.api.replay.LogReplays;
import io.sluice.api.server.KnownHosts;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;

/** A real admin port over a rules writer that answers as it is told, and one caller for each role. */
final class AdminPort implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final ScriptedControlPlane writer = new ScriptedControlPlane();
    final ScriptedReplays replays = new ScriptedReplays();
    final ApiCaller admin;
    final ApiCaller data;
    private final RequestApi api;

    /** With vera the viewer, ed the editor, ann the approver and otto the operator. */
    static AdminPort counted() throws RequestApiStartException {
        return new AdminPort(Access.of(List.of(
                key("vera", Role.VIEWER),
                key("ed", Role.EDITOR),
                key("ann", Role.APPROVER),
                key("otto", Role.OPERATOR),
                key("agent", Role.REPORTER))));
    }

    AdminPort(Access access) throws RequestApiStartException {
        this(access, KnownHosts.NONE);
    }

    AdminPort(Access access, KnownHosts hosts) throws RequestApiStartException {
        this(access, hosts, /* isReplaying= */ true);
    }

    /** One of a front end that does not run the log. */
    static AdminPort withoutReplays(Access access) throws RequestApiStartException {
        return new AdminPort(access, KnownHosts.NONE, /* isReplaying= */ false);
    }

    private AdminPort(Access access, KnownHosts hosts, boolean isReplaying) throws RequestApiStartException {
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(new ScriptedAdmissions()),
                new AdminPlane(writer, access, hosts).with(isReplaying ? replays : (LogReplays) null),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        admin = new ApiCaller(api.adminPort());
        data = new ApiCaller(api.dataPort());
    }

    private static AccessKey key(String name, Role role) {
        return new AccessKey(name, Set.of(role), AccessKey.hashOf("secret-of-" + name));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return admin.send(as("vera", path).GET());
    }

    HttpRequest.Builder as(String name, String path) {
        return admin.request(path)
                .header("authorization", "Bearer secret-of-" + name)
                .header("content-type", "application/json");
    }

    static HttpRequest.BodyPublisher json(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    static JsonNode problem(HttpResponse<String> response, int status, String type) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.path("type").asText()).isEqualTo("urn:sluice:problem:" + type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        return problem;
    }

    static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        api.close();
    }
}
