package io.sluice.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class DemoTrafficTest {
    private static final Pattern ACCOUNT = Pattern.compile("^\\{\"clientId\":\"([a-z]+)/[a-z0-9-]+\"");

    @Test
    void shouldAskForEveryAccount_untilItIsClosed() throws Exception {
        // Given a port for admissions
        Set<String> asked = ConcurrentHashMap.newKeySet();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/admissions", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Matcher account = ACCOUNT.matcher(body);
            asked.add(account.find() ? account.group(1) : body);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();

        // When
        try (DemoTraffic unused =
                DemoTraffic.start("http://127.0.0.1:" + server.getAddress().getPort())) {
            // Then
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .untilAsserted(
                            () -> assertThat(asked).containsExactlyInAnyOrder("globex", "acme", "initech", "mallory"));
        } finally {
            server.stop(0);
        }
    }
}
