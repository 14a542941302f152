package io.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.api.auth.Authentication.Authenticated;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Verified tokens are remembered: as long as they count, and no more of them than the bound. */
final class VerifiedTokensTest {
    private static final Authenticated ANN = new Authenticated(new Caller("ann", Set.of(), AllowedAccounts.ALL));

    private final VerifiedTokens tokens = new VerifiedTokens();

    @Test
    void shouldForget_whenTheTimeIsOver() {
        // Given
        tokens.put(hash(1), ANN, 1_000);

        // When / Then
        assertThat(tokens.find(hash(1), 999)).isEqualTo(ANN);
        assertThat(tokens.find(hash(1), 1_000)).isNull();
        assertThat(tokens.find(hash(2), 0)).isNull();
    }

    @Test
    void shouldStayWithinItsBoundAndKeepWhatIsUsed_whenTokensNeverEnd() {
        // Given
        tokens.put(hash(-1), ANN, 1_000);

        for (int i = 0; i < 10 * VerifiedTokens.TOKENS_MAX; i++) {
            // When
            tokens.put(hash(i), ANN, 1_000);

            // Then
            assertThat(tokens.find(hash(-1), 0)).isEqualTo(ANN);
            assertThat(tokens.size()).isLessThanOrEqualTo(VerifiedTokens.TOKENS_MAX);
        }
        assertThat(tokens.find(hash(0), 0)).isNull();
    }

    private static ByteBuffer hash(int i) {
        return ByteBuffer.wrap(AccessKey.digest("token " + i));
    }
}
