package io.sluice.schemas.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientIdTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme",
                "acme/team-a/alice",
                "acme/50%",
                "acme/5%2",
                "acme/%zz",
                "acme/100% sure",
                "acme/...",
                "acme/.a",
                "acme/a.",
                "acme/..;x",
                "acme/a;b=c",
                "acme/a?b#c",
                "acme/a:b@c",
                "anonymous:203.0.113.7",
                "été/größe",
                "acme/😀",
                "acme/ ",
                "acme/+",
                "acme/quota",
                "acme/a,b&c=d",
                "acme/<\"'>|^`{}[]"
            })
    void shouldBeAClientId_whenItsUrlCanBeWritten(String text) throws WireException {
        assertThat(ClientId.parse("clientId", text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ".  | no segment . or .., which URLs resolve",
                ".. | no segment . or .., which URLs resolve",
                "acme/. | no segment . or .., which URLs resolve",
                "acme/../other | no segment . or .., which URLs resolve",
                "acme/a\\b | no backslash, which some servers take for a slash",
                "\\acme | no backslash, which some servers take for a slash",
                "a%2Fb | the text itself, not percent-encoded: %2F at index 1",
                "acme/%e2%82%ac | the text itself, not percent-encoded: %e2 at index 5",
                "acme/%%41 | the text itself, not percent-encoded: %41 at index 6",
                "acme//b | account[/segment...], no empty segment",
                "/acme | account[/segment...], no empty segment",
                "acme/ | account[/segment...], no empty segment",
                "/ | account[/segment...], no empty segment",
            })
    void shouldBeRefused_whenServersWouldReadItsUrlInTwoWays(String text, String expected) {
        assertThatThrownBy(() -> ClientId.parse("clientId", text))
                .isInstanceOf(WireException.class)
                .hasMessage("clientId: \"" + text + "\" (expected: " + expected + ")");
    }
}
