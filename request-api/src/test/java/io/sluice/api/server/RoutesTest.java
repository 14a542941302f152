package io.sluice.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.auth.Permission;
import io.sluice.api.http.Problem;
import io.sluice.schemas.WireException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which route a method and a path belong to. */
final class RoutesTest {
    private static final Endpoint NONE =
            request -> Problem.NOT_FOUND.answer("nothing").now();

    private final Routes routes = new Routes(List.of(
            ApiRoute.get("/healthz", Permission.ANYBODY, NONE).named("health"),
            ApiRoute.post("/v1/things", Permission.ANY_CALLER, 100, NONE).named("make"),
            ApiRoute.get("/v1/things", Permission.ANY_CALLER, NONE).named("list"),
            ApiRoute.post("/v1/things/all", Permission.ANY_CALLER, 100, NONE).named("all"),
            ApiRoute.get("/v1/things/{name}", Permission.ANY_CALLER, NONE).named("show"),
            ApiRoute.post("/v1/things/{name}/end", Permission.ANY_CALLER, 100, NONE)
                    .named("end"),
            ApiRoute.below("/v1/others", Permission.CALLER_OR_PROXY, NONE).named("others"),
            ApiRoute.get("/v1/clients/<clientId>/quota", Permission.ANY_CALLER, NONE)
                    .named("quota")));

    @ParameterizedTest
    @CsvSource({
        "GET,/healthz,health",
        "GET,/healthz/,health",
        "POST,/v1/things,make",
        "POST,/v1/%74hings,make",
        "GET,/v1/things/,list",
        "POST,/v1/things/all,all",
        "GET,/v1/things/7,show",
        "POST,/v1/things/7/end,end",
        "GET,/v1/clients/a/quota,quota",
        "GET,/v1/clients/a/b/c/quota,quota"
    })
    void shouldFind_whenMethodAndPathAreThere(String method, String path, String name) throws WireException {
        assertThat(routes.find(method, path).route().name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/clients/a/quota,a",
        "/v1/clients/a/b/quota,a/b",
        "/v1/clients/a%2Fb/quota,a/b",
        "/v1/clients/%C3%A9%20x/quota,é x",
        "/v1/clients/a+b/quota,a+b",
        "/v1/clients/a;b=c/quota,a;b=c",
        "/v1/clients/quota/quota/quota,quota/quota"
    })
    void shouldDecodeWhatStandsInThePath(String path, String clientId) throws WireException {
        assertThat(routes.find("GET", path).parameters()).isEqualTo(Map.of("clientId", clientId));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "/",
                "//",
                "/v1",
                "/v1/thing",
                "/v1/things/7/8",
                "/v1/things/7/end/x",
                "/v1/clients/quota",
                "/v1/clients/a/quotas"
            })
    void shouldFindNothing_whenThePathIsAnother(String path) throws WireException {
        // When
        Routes.Match match = routes.find("GET", path);

        // Then
        assertThat(match.route()).isNull();
        assertThat(match.methods()).isEmpty();
        assertThat(match.name()).isNull();
        assertThat(match.isOpen()).isEqualTo(!path.startsWith("/v1"));
    }

    @Test
    void shouldNameTheMethods_whenThereAreOthers() throws WireException {
        assertThat(routes.find("PUT", "/v1/things").methods()).containsExactly("GET", "HEAD", "POST");
        assertThat(routes.find("PUT", "/v1/things").isOpen()).isFalse();
        assertThat(routes.find("GET", "/v1/things/7/end").methods()).containsExactly("POST");
        assertThat(routes.find("PUT", "/healthz").isOpen()).isTrue();
        assertThat(routes.find("PUT", "/healthz").name()).isEqualTo("health");
    }

    @ParameterizedTest
    @CsvSource({"GET,/v1/things/all", "OPTIONS,/v1/things/all/", "PUT,/v1/%74hings/%61ll"})
    void shouldNameTheMethodsOfTheTextOnly_whenAParameterWouldTakeItToo(String method, String path)
            throws WireException {
        // When
        Routes.Match match = routes.find(method, path);

        // Then
        assertThat(match.route()).isNull();
        assertThat(match.methods()).containsExactly("POST");
        assertThat(match.name()).isEqualTo("all");
    }

    @Test
    void shouldNameTheMethodsOfAllRoutesOfThePath_whenTheirParametersHaveOtherNames() throws WireException {
        // Given
        Routes both = new Routes(List.of(
                ApiRoute.get("/v1/things/{name}", Permission.ANY_CALLER, NONE),
                ApiRoute.get("/v1/things/all", Permission.ANY_CALLER, NONE),
                ApiRoute.post("/v1/things/{id}", Permission.ANY_CALLER, 100, NONE)));

        // When
        Routes.Match posted = both.find("POST", "/v1/things/7");

        // Then
        assertThat(posted.parameters()).isEqualTo(Map.of("id", "7"));
        assertThat(both.find("PUT", "/v1/things/7").methods()).containsExactly("GET", "HEAD", "POST");
        assertThat(both.find("PUT", "/v1/things/all").methods()).containsExactly("GET", "HEAD");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/a/b/c,text",
        "/v1/a/b/x,end",
        "/v1/a/x/c,one",
        "/v1/x/b/c,first",
        "/v1/a/x/y/c,several",
        "/v1/x/y,any",
        "/v1/a/x/y/z,any"
    })
    void shouldFindTheMorePrecisePath_inWhateverOrderTheRoutesAre(String path, String name) throws WireException {
        // Given
        List<ApiRoute> all = new ArrayList<>(List.of(
                precise("/v1/<all>", "any"),
                precise("/v1/a/<more>/c", "several"),
                precise("/v1/{x}/b/c", "first"),
                precise("/v1/a/{x}/c", "one"),
                precise("/v1/a/b/{x}", "end"),
                precise("/v1/a/b/c", "text")));

        for (int i = 0; i < all.size(); i++) {
            // When
            Collections.rotate(all, 1);
            Routes rotated = new Routes(all);

            // Then
            assertThat(rotated.find("GET", path).name()).isEqualTo(name);
            assertThat(rotated.find("PUT", path).name()).isEqualTo(name);
        }
    }

    private static ApiRoute precise(String path, String name) {
        return ApiRoute.get(path, Permission.ANY_CALLER, NONE).named(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/things/%", "/v1/things/%zz", "/v1/clients/%C0%AF/quota"})
    void shouldThrow_whenAPathCannotBeDecoded(String path) {
        assertThatThrownBy(() -> routes.find("GET", path)).isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/others,''",
        "/v1/others/,/",
        "/v1/others/a/b,/a/b",
        "/v1/others//,//",
        "/v1/others/../../etc,/../../etc",
        "/v1/others/%zz/%2e%2E/%,/%zz/%2e%2E/%",
        "/v1/others/v1/things,/v1/things"
    })
    void shouldKeepAllBelowAsItWasSent(String path, String below) {
        // When
        Routes.Match match = routes.findBelow(path);

        // Then
        assertThat(match.name()).isEqualTo("others");
        assertThat(match.parameters()).isEqualTo(Map.of(ApiRoute.BELOW, below));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1", "/v1/other", "/v1/othersx", "/V1/others", "/v1/%6Fthers", "/v1/things"})
    void shouldFindNothingBelow_whenThePathIsAnother(String path) {
        assertThat(routes.findBelow(path)).isNull();
    }

    @Test
    void shouldNotDecodeTheWayToWhatIsBelow() throws WireException {
        assertThat(routes.find("GET", "/v1/%6Fthers").route()).isNull();
        assertThat(routes.find("GET", "/v1/%6Fthers/a").route()).isNull();
    }
}
