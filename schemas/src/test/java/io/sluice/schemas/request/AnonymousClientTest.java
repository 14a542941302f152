package io.sluice.schemas.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnonymousClientTest {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, anonymous:203.0.113.7",
        "0.0.0.0, anonymous:0.0.0.0",
        "::ffff:203.0.113.7, anonymous:203.0.113.7",
        "::FFFF:cb00:7107, anonymous:203.0.113.7",
        "2001:DB8:0:1::abcd, anonymous:2001:db8:0:1",
        "2001:db8:0:1:ffff:ffff:ffff:ffff, anonymous:2001:db8:0:1",
        "2001:db8:0:2::, anonymous:2001:db8:0:2",
        "::1, anonymous:0:0:0:0",
    })
    void shouldDeriveOneClientOfANetwork_whenItIsAnAddress(String address, String clientId) throws Exception {
        // Given / When
        ClientId derived = AnonymousClient.of(address);

        // Then
        assertThat(derived).isEqualTo(ClientId.parse("clientId", clientId));
        assertThat(derived.account()).isEqualTo(clientId);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.1:80",
                "010.0.0.1",
                "fe80::1%eth0",
                "[::1]",
                ":::",
                "."
            })
    void shouldBeRefused_whenItIsNoAddress(String address) {
        assertThatThrownBy(() -> AnonymousClient.of(address))
                .isInstanceOf(WireException.class)
                .hasMessageStartingWith("attributes.ip: ")
                .hasMessageContaining("(expected: an IPv4 or IPv6 address)");
    }

    private static ClientId asked(String body) throws WireException {
        return BodyCodec.admission(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .request()
                .clientId();
    }

    @Test
    void shouldBeKnownByTheAddress_whenABodyNamesNoClient() throws Exception {
        // Given / When / Then
        assertThat(asked("{'attributes':{'ip':'203.0.113.7'}}").text()).isEqualTo("anonymous:203.0.113.7");
        assertThat(asked("{'clientId':'acme/a','attributes':{'ip':'203.0.113.7'}}")
                        .text())
                .isEqualTo("acme/a");
        assertThat(asked("{'clientId':'anonymous:203.0.113.7','attributes':{'ip':'203.0.113.7'}}")
                        .text())
                .isEqualTo("anonymous:203.0.113.7");
        assertThat(AdmissionRequest.ofAddress("::1").build().clientId().text()).isEqualTo("anonymous:0:0:0:0");
    }

    @Test
    void shouldSayWhatIsWrong_whenABodyClaimsAnAddressOrHasNone() {
        // Given / When / Then
        assertThatThrownBy(() -> asked("{'attributes':{}}"))
                .hasMessage("clientId: missing (expected: account[/segment...])");
        assertThatThrownBy(() -> asked("{'attributes':{'ip':'here'}}"))
                .hasMessage("attributes.ip: \"here\" (expected: an IPv4 or IPv6 address)");
        for (String claim : new String[] {
            "{'clientId':'anonymous:203.0.113.7'}",
            "{'clientId':'anonymous:203.0.113.7/a','attributes':{'ip':'203.0.113.7'}}",
            "{'clientId':'anonymous:203.0.113.7','attributes':{'ip':'203.0.113.8'}}"
        }) {
            assertThatThrownBy(() -> asked(claim))
                    .isInstanceOf(WireException.class)
                    .hasMessageStartingWith("clientId: ")
                    .hasMessageContaining("(expected: none that begins with anonymous:, unless attributes.ip is that");
        }
    }
}
