package io.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which issuers the console may ask for tokens. */
final class OidcClientTest {
    @ParameterizedTest
    @CsvSource({
        "https://issuer.example,https://issuer.example",
        "https://Issuer.Example:8443/realms/ops,https://issuer.example:8443",
        "http://127.0.0.1:9000,http://127.0.0.1:9000",
        "http://[::1]:9000/x,http://[::1]:9000"
    })
    void shouldNameTheOrigin_ofAnIssuer(String issuer, String origin) {
        assertThat(new OidcClient(URI.create(issuer), "console", "openid email").origin())
                .isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://issuer.example",
                "file:///keys",
                "issuer",
                "https://user@issuer.example",
                "https://issuer.example/?a=b",
                "https://issuer.example/#x"
            })
    void shouldRefuse_whatCouldBeAnothersIssuer(String issuer) {
        assertThatThrownBy(() -> new OidcClient(URI.create(issuer), "console", "openid"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void shouldRefuse_whatNoIssuerTakes() {
        URI issuer = URI.create("https://issuer.example");
        assertThatThrownBy(() -> new OidcClient(issuer, " ", "openid")).hasMessageContaining("OIDC client ID");
        assertThatThrownBy(() -> new OidcClient(issuer, "console", "email")).hasMessageContaining("openid");
    }
}
