package io.sluice.api.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose fields are believed, and whose address is the caller's. */
final class TrustedProxiesTest {
    private final TrustedProxies proxies =
            TrustedProxies.of(List.of("10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48", "fe80::/10"));

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1,true",
        "11.0.0.1,false",
        "192.0.2.1,true",
        "192.0.2.2,false",
        "2001:db8:1::9,true",
        "2001:db8:2::9,false",
        "::ffff:10.1.2.3,true",
        "fe80::1,true"
    })
    void shouldTrust_whenTheConnectionComesFromARange(String peer, boolean isTrusted) throws Exception {
        assertThat(proxies.isTrusted(InetAddress.getByName(peer))).isEqualTo(isTrusted);
        assertThat(TrustedProxies.NONE.isTrusted(InetAddress.getByName(peer))).isFalse();
    }

    @Test
    void shouldNotTrust_whenThereIsNoAddress() {
        assertThat(proxies.isTrusted(null)).isFalse();
    }

    /** Fields are divided by {@code |}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "203.0.113.7; 203.0.113.7",
                "198.51.100.1, 203.0.113.7; 203.0.113.7",
                "198.51.100.1, 203.0.113.7, 10.0.0.2; 203.0.113.7",
                "198.51.100.1|203.0.113.7; 203.0.113.7",
                "198.51.100.1|203.0.113.7|10.0.0.2, 10.0.0.3; 203.0.113.7",
                "10.0.0.9, 10.0.0.2; 10.0.0.9",
                "203.0.113.7:5555; 203.0.113.7",
                "[2001:db8::1]:443; 2001:db8:0:0:0:0:0:1",
                "2001:db8::1%eth0; 2001:db8:0:0:0:0:0:1",
                "[fe80::1%25eth0]; fe80:0:0:0:0:0:0:1",
                "::ffff:203.0.113.7; 203.0.113.7",
                // What is no address was written by a trusted proxy, or before one that calls itself.
                "203.0.113.7, unknown; 10.0.0.1",
                "203.0.113.7, unknown, 10.0.0.2; 10.0.0.2",
                "203.0.113.7,; 10.0.0.1",
                "_hidden; 10.0.0.1",
                "203.0.113.7;203.0.113.7",
                "0203.0.113.7; 10.0.0.1",
                "203.0.113.256; 10.0.0.1",
                "203.0.113.7.example.com; 10.0.0.1",
                "localhost; 10.0.0.1"
            })
    void shouldFindTheCallerInFrontOfAllProxies(String fields, String caller) throws Exception {
        // Given
        InetAddress peer = InetAddress.getByName("10.0.0.1");

        // When
        String found = proxies.callerBehind(peer, Arrays.asList(fields.split("\\|")));

        // Then
        assertThat(found).isEqualTo(caller);
    }

    @Test
    void shouldTakeTheConnection_whenNothingIsForwarded() throws Exception {
        InetAddress peer = InetAddress.getByName("2001:db8:1::1");

        assertThat(proxies.callerBehind(peer, List.of())).isEqualTo("2001:db8:1:0:0:0:0:1");
        assertThat(proxies.callerBehind(peer, List.of(""))).isEqualTo("2001:db8:1:0:0:0:0:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0", "proxy", "10.0.0.0/8/8", "2001:db8::/129", "10.0.0.0/-1", "*"})
    void shouldRefuse_whenItIsNoRange(String range) {
        assertThatThrownBy(() -> TrustedProxies.of(List.of(range)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + range + "\" (expected: an address range");
    }

    @Test
    void shouldRefuse_whenThereAreTooMany() {
        assertThatThrownBy(() -> TrustedProxies.of(Collections.nCopies(1_001, "10.0.0.1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1001 ranges of trusted proxies (expected: at most 1000)");
    }
}
