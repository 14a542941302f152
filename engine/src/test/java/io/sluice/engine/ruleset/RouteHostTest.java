package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteHostTest {

    @ParameterizedTest
    @CsvSource({
        "api.example.com, api.example.com",
        "API.Example.COM, api.example.com",
        "api.example.com., api.example.com",
        "api.example.com:8443, api.example.com",
        "api.example.com.:8443, api.example.com",
        "[2001:DB8::1]:443, [2001:db8::1]",
        "[2001:db8::1], [2001:db8::1]",
        "'', ''",
        "., ''",
        ":80, ''",
    })
    void shouldBeOneHost_whenSpelledInManyWays(String request, String host) {
        assertThat(RouteHost.of(request)).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({
        "API.example.com, api.example.com",
        "api.example.com., api.example.com",
        "*.Example.com, *.example.com",
        "localhost, localhost",
        "10.0.0.1, 10.0.0.1",
        "[2001:DB8::1], [2001:db8::1]",
        "_dmarc.xn--bcher-kva.example, _dmarc.xn--bcher-kva.example",
    })
    void shouldTakeAHost_whenRequestsCanHaveIt(String written, String host) {
        assertThat(RouteHost.expected(written)).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api.example.com:443 | a host without a port, such as api.example.com; ports are not matched",
                "[::1]:443 | a host without a port, such as [::1]; ports are not matched",
                "* | no host, which means every host",
                "http://x | a host alone, such as api.example.com, without scheme or path",
                "example.com/v1 | a host alone, such as api.example.com, without scheme or path",
                "*.*.com | a host such as api.example.com, or *.example.com for every host below a domain",
                "api.*.com | a host such as api.example.com, or *.example.com for every host below a domain",
                "a b.com | a host such as api.example.com, or *.example.com for every host below a domain",
                "a..com | a host such as api.example.com, or *.example.com for every host below a domain",
                "*. | a host such as api.example.com, or *.example.com for every host below a domain",
            })
    void shouldSayWhatToWrite_whenNoRequestCanHaveIt(String written, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RouteHost.expected(written))
                .withMessage("\"%s\" (expected: %s)", written, expected);
    }
}
