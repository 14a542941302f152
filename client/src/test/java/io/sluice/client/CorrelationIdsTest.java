package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CorrelationIdsTest {
    private static final int INSTANCE_CHARS = 8;
    private static final int SECRET_CHARS = 32;

    private final CorrelationIds ids = new CorrelationIds();

    @Test
    void shouldGiveTheNameBack_whenTheTextIsOurs() {
        // Given: more than one block of random bits
        for (int i = 0; i < 1_000; i++) {
            CorrelationId id = ids.next();
            String text = ids.text(id);

            // When
            CorrelationId read = ids.read(bytes(text));

            // Then
            assertThat(text).matches("[0-9a-f]{8}-[1-9a-f][0-9a-f]{0,15}-[0-9a-f]{32}");
            assertThat(ids.isOurs(bytes(text))).isTrue();
            assertThat(read).isEqualTo(id);
            assertThat(id.isSameAs(read)).isTrue();
        }
    }

    @Test
    void shouldNeverGiveTheSameNumberOrSecret_whenManyThreadsAsk() {
        // Given
        Set<Long> numbers = ConcurrentHashMap.newKeySet();
        Set<List<Long>> secrets = ConcurrentHashMap.newKeySet();

        // When
        IntStream.range(0, 20_000).parallel().forEach(i -> {
            CorrelationId id = ids.next();
            numbers.add(id.number());
            secrets.add(List.of(id.secretHigh(), id.secretLow()));
        });

        // Then
        assertThat(numbers).hasSize(20_000);
        assertThat(secrets).hasSize(20_000);
    }

    @Test
    void shouldDrawEveryBitAnew_whenAsked() {
        // Given: of 128 bits that are fair coins, each is set between 400 and 600 times in 1000 but once in 10^7 runs
        int[] set = new int[128];

        // When
        for (int i = 0; i < 1_000; i++) {
            CorrelationId id = ids.next();
            for (int bit = 0; bit < 64; bit++) {
                set[bit] += (int) (id.secretHigh() >>> bit & 1);
                set[64 + bit] += (int) (id.secretLow() >>> bit & 1);
            }
        }

        // Then
        assertThat(Arrays.stream(set)).allSatisfy(count -> assertThat(count).isBetween(400, 600));
    }

    @Test
    void shouldNotBeOurs_whenAnotherInstanceNamedIt() {
        // Given: but for one pair in 2^32
        Set<String> instances = new HashSet<>();

        // When
        for (int i = 0; i < 20; i++) {
            CorrelationIds other = new CorrelationIds();
            instances.add(other.text(other.next()).substring(0, INSTANCE_CHARS));
        }

        // Then
        assertThat(instances).hasSize(20);
    }

    @Test
    void shouldNotBeOurs_whenOneCharacterOfTheInstanceDiffers() {
        // Given
        String text = ids.text(ids.next());

        for (int i = 0; i <= INSTANCE_CHARS; i++) {
            StringBuilder other = new StringBuilder(text);
            other.setCharAt(i, text.charAt(i) == '0' ? '1' : '0');

            // When / Then
            assertThat(ids.isOurs(bytes(other.toString()))).as("%s", other).isFalse();
            assertThat(ids.read(bytes(other.toString()))).as("%s", other).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "row-1", "revocation", "0123456789abcdef", "01234567-", "01234567-1"})
    void shouldNotBeOurs_whenTheKeyIsSomebodyElses(String key) {
        // Given
        // When / Then
        assertThat(ids.isOurs(bytes(key))).isFalse();
        assertThat(ids.read(bytes(key))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "1",
                "1-",
                "0-S",
                "01-S",
                "-S",
                "--S",
                "1-S0",
                "1-0S",
                "1S",
                "1_S",
                "11111111111111111-S",
                "g-S",
                "A-S",
                "\u0661-S",
                "1-S\n",
                " 1-S",
                "1 -S",
                "ffffffffffffffff-S",
                "2-S",
                "1-U",
                "1-X"
            })
    void shouldBeRead_onlyAsItIsWritten(String rest) {
        // Given: one request was asked, so 2 is no number yet
        String text = ids.text(ids.next());
        String secret = text.substring(text.length() - SECRET_CHARS);
        String key = text.substring(0, INSTANCE_CHARS + 1)
                + rest.replace("S", secret)
                        .replace("U", "A" + secret.substring(1))
                        .replace("X", secret.substring(1) + "x");

        // When
        CorrelationId read = ids.read(bytes(key));

        // Then
        assertThat(read).as("%s", key).isNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
