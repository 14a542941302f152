package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.api.RawConnection.Reply;
import io.sluice.api.auth.Access;
import io.sluice.client.accounts.AccountAdmin;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.request.ClientId;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may ask has URLs: for its quota, and for the profile of its account. */
final class ClientUrlsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = 20_260_917L;
    private static final int IDS = 400;
    private static final String[] PIECES = {
        "a", "Z", "7", ".", "..", "%", "%2", "5%", "\\", "/", "//", ";", ";a=b", "?", "#", "&", "=", "+", " ", "\"",
                "'", "<",
        ">", "[", "]", "{", "}", "|", "^", "`", "~", "@", ":", ",", "$", "!", "*", "(", ")", "é", "ß", "€", "😀",
                "\u2028",
        "\u00a0", "quota", "profile", "%2F", "%25", "\u0007", "\ufffd", "\ufeff"
    };
    private static AdminPort port;

    @BeforeAll
    static void start() throws Exception {
        port = new AdminPort(Access.open("everybody"));
        port.writer.accounts.next = new AccountAdmin.Shown(new ProfileReply.Shown(
                new Profile("acme", 3, "pro", Map.of(), null, new Profile.Change(7, "otto", "paid")),
                "pro",
                8,
                6,
                true,
                0));
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @Test
    void shouldHaveItsUrls_whateverTheValidClientId() throws Exception {
        Random random = new Random(SEED);
        int found = 0;
        while (found < IDS) {
            // Given
            ClientId id = parsed(text(random));
            if (id == null) {
                continue;
            }
            found++;
            String shown = "seed " + SEED + ", client ID " + found + ": " + id.text();

            // When
            HttpResponse<String> admitted =
                    port.data.post("/v1/admissions", "{\"clientId\":" + quoted(id.text()) + "}");
            HttpResponse<String> quota = port.data.get("/v1/clients/" + encoded(id.text()) + "/quota");
            HttpResponse<String> profile = port.admin.get("/v1/accounts/" + encoded(id.account()) + "/profile");
            HttpResponse<String> explained = port.admin.post("/v1/explain", "{\"clientId\":" + quoted(id.text()) + "}");

            // Then
            assertThat(admitted.statusCode()).as(shown).isEqualTo(200);
            assertThat(quota.statusCode()).as(shown).isEqualTo(200);
            assertThat(json(quota).path("clientId").asText()).as(shown).isEqualTo(id.text());
            assertThat(profile.statusCode()).as(shown).isEqualTo(200);
            assertThat(explained.statusCode()).as(shown + explained.body()).isNotEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme%5Cb",
                "acme\\b",
                "acme/..",
                "acme/%2e%2E/b",
                "acme/.",
                "acme/%2e",
                "acme//b",
                "acme%252Fb",
                "acme/%255c",
                "acme/a%00b",
                "acme/a%0ab"
            })
    void shouldBeRefused_whenAPathNamesNoClientId(String path) throws Exception {
        try (RawConnection connection = new RawConnection(port.data.port())) {
            Reply reply = connection
                    .send(RawConnection.head("GET", "/v1/clients/" + path + "/quota", "Connection: close"))
                    .read();

            assertThat(reply.status()).as(reply.body()).isIn(400, 404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%2Fb", "a\\\\b", "..", "acme/../x", "."})
    void shouldBeRefusedAtAdmission_whenItHasNoUrl(String clientId) throws Exception {
        HttpResponse<String> response = port.data.post("/v1/admissions", "{\"clientId\":\"" + clientId + "\"}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("errors").get(0).path("field").asText()).isEqualTo("clientId");
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + random.nextInt(6);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static @Nullable ClientId parsed(String text) {
        try {
            return ClientId.parse("clientId", text);
        } catch (WireException e) {
            return null;
        }
    }

    /** Each segment percent-encoded, as every client library does it. */
    private static String encoded(String text) {
        StringBuilder path = new StringBuilder();
        for (String segment : text.split("/")) {
            path.append(path.length() == 0 ? "" : "/")
                    .append(URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        return path.toString();
    }

    private static String quoted(String text) throws Exception {
        return JSON.writeValueAsString(text);
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return JSON.readTree(response.body());
    }
}
