package io.sluice.streams.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class WebhookSecretTest {
    /** The example of Standard Webhooks. */
    private static final String EXAMPLE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    @Test
    void shouldSignAsTheStandardSays_whenGivenItsExample() {
        assertThat(WebhookSecret.parse(EXAMPLE).signatures(ID, 1_614_265_330L, BODY))
                .isEqualTo(SIGNATURE);
    }

    @Test
    void shouldSignByEach_whenSecretsAreExchanged() {
        String other = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);

        assertThat(WebhookSecret.parse("\n" + other + "\r\n" + EXAMPLE + "\n")
                        .signatures(ID, 1_614_265_330L, BODY)
                        .split(" "))
                .hasSize(2)
                .contains(SIGNATURE);
    }

    @Test
    void shouldNotShowTheSecret_whenItIsMalformed() {
        assertThatThrownBy(() -> WebhookSecret.parse("hunter2"))
                .hasMessage("secret 1: does not begin with whsec_ (expected: whsec_ and 24..64 bytes in Base64)");
        assertThatThrownBy(() -> WebhookSecret.parse(EXAMPLE + "\nwhsec_hunter2!"))
                .hasMessage("secret 2: not Base64 (expected: whsec_ and 24..64 bytes in Base64)")
                .hasNoCause();
        assertThatThrownBy(() -> WebhookSecret.parse("whsec_aGk="))
                .hasMessage("secret 1: 2 bytes (expected: whsec_ and 24..64 bytes in Base64)");
        assertThatThrownBy(() -> WebhookSecret.parse(" \n")).hasMessage("0 secrets (expected: 1..4 lines)");
    }
}
