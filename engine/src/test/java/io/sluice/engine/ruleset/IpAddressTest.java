package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7:5555, 203.0.113.7",
        "' 203.0.113.7', 203.0.113.7",
        "'203.0.113.7\t', 203.0.113.7",
        "::ffff:203.0.113.7, 203.0.113.7",
        "[::ffff:203.0.113.7]:80, 203.0.113.7",
        "[2001:db8::1]:443, 2001:db8::1",
        "[2001:db8::1], 2001:db8::1",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "fe80::1%eth0, fe80::1",
        "[fe80::1%25eth0]:443, fe80::1",
    })
    void shouldReadTheSameAddress_whenWrittenAsServersWriteIt(String written, String literal) {
        assertThat(IpAddress.read(written)).isNotNull().isEqualTo(IpAddress.literal(literal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "203.0.113.7, 10.0.0.1",
                "203.0.113.7 10.0.0.1",
                "for=203.0.113.7",
                "203.0.113",
                "203.0.113.256",
                "0203.0.113.7",
                "203.0.113.7:",
                "203.0.113.7:5555:1",
                "[203.0.113.7",
                "[]:80",
                "2001:db8::1::",
                "example.com",
                "localhost",
                "unknown",
                "1",
                "0x7f000001"
            })
    void shouldReadNothing_whenThatIsNoAddress(String text) {
        assertThat(IpAddress.read(text)).isNull();
    }
}
