package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpRangeTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.200.0.1, true",
        "192.168.1.7, 192.168.1.7, true",
        "192.168.1.7, 192.168.1.8, false",
        "192.168.1.6/31, 192.168.1.7, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 203.0.113.9, false",
        "::/0, ::ffff:203.0.113.9, false",
        "::ffff:0:0/96, 203.0.113.9, true",
        "::ffff:10.0.0.0/104, 10.9.9.9, true",
        "::ffff:10.0.0.0/104, 11.0.0.0, false",
        "::ffff:10.0.0.1, 10.0.0.1, true",
        "0.0.0.0/0, ::ffff:203.0.113.9, true",
        "::/0, 2001:db8::1, true",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::/64, 2001:db8::ffff, true",
        "2001:db8::/65, 2001:db8::8000:0:0:0, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "10.0.0.0/8, ::ffff:10.0.0.1, true",
    })
    void shouldTellWhetherAnAddressIsInside_always(String range, String address, boolean inside) {
        assertThat(IpRange.of(range).contains(Objects.requireNonNull(IpAddress.read(address))))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/x",
                "::/129",
                "::ffff:10.0.0.0/95",
                "010.0.0.0/8",
                "localhost",
                "10.0/8",
                "1:2"
            })
    void shouldRefuse_whenTextIsNoRange(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpRange.of(text))
                .withMessage("\"%s\" (expected: an address range such as 10.0.0.0/8 or 2001:db8::/32)", text);
    }
}
