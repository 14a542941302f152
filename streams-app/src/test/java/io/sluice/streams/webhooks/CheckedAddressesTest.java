package io.sluice.streams.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckedAddressesTest {
    private static InetAddress address(String literal) throws UnknownHostException {
        // A literal is parsed, and nothing is looked up.
        return InetAddress.getByName(literal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "192.0.0.192",
                "198.18.0.1",
                "198.19.255.255",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "2002:7f00:1::",
                "2002:a00:1::1",
                "2001:0:1::1",
                "4000::1"
            })
    void shouldRefuse_whenTheInternetDoesNotRouteIt(String literal) throws Exception {
        assertThat(CheckedAddresses.isRefused(address(literal))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "2606:4700::1111",
                "2001:4860::8888",
                "64:ff9b::808:808",
                "2002:808:808::1"
            })
    void shouldLetThrough_whenItIsPublic(String literal) throws Exception {
        assertThat(CheckedAddresses.isRefused(address(literal))).isFalse();
    }

    private static DnsResolver names(String... literals) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                InetAddress[] addresses = new InetAddress[literals.length];
                for (int i = 0; i < literals.length; i++) {
                    addresses[i] = address(literals[i]);
                }
                return addresses;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    @Test
    void shouldRefuseTheName_whenOneOfItsAddressesIsPrivate() throws Exception {
        DnsResolver mixed = names("1.1.1.1", "127.0.0.1");

        assertThatThrownBy(() -> new CheckedAddresses(mixed, false).resolve("example.com"))
                .isInstanceOf(CheckedAddresses.RefusedAddressException.class)
                .hasMessageContaining("127.0.0.1 (expected: an address that the internet routes");
        assertThat(new CheckedAddresses(mixed, true).resolve("example.com")).hasSize(2);
        assertThatThrownBy(() -> new CheckedAddresses(names(), true).resolve("example.com"))
                .isInstanceOf(UnknownHostException.class);
    }
}
