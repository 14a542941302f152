package io.sluice.cli.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.codec.DocumentTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProfileDifferenceTest {
    private static final String FULL = "{\"account\":\"acme\",\"version\":7,\"tier\":\"pro\",\"limits\":{\"a\":"
            + "{\"rate\":{\"tokens\":5,\"per\":\"1s\"}}},\"listing\":{\"access\":\"deny\",\"untilMillis\":1000}}";

    private static Map<?, ?> tree(String json) throws Exception {
        return (Map<?, ?>) DocumentTree.ofJson(json);
    }

    private static List<String> steps(String current, String wanted, long nowMillis) throws Exception {
        return ProfileDifference.between(tree(current), tree(wanted), nowMillis).stream()
                .map(step -> step.action() + " " + DocumentTree.toJson(step.members()))
                .toList();
    }

    @Test
    void shouldMakeTheOtherProfile_whenTheyDiffer() throws Exception {
        assertThat(steps("{}", FULL, 999))
                .containsExactly(
                        "set-tier {\"tier\":\"pro\"}",
                        "override {\"limit\":\"a\",\"override\":{\"rate\":{\"tokens\":5,\"per\":\"1s\"}}}",
                        "deny {\"untilMillis\":1000}");
        assertThat(steps(FULL, "{\"account\":\"acme\"}", 999))
                .containsExactly("clear-tier {}", "remove-override {\"limit\":\"a\"}", "unlist {}");
    }

    @Test
    void shouldChangeNothing_whenTheyAreAlike() throws Exception {
        assertThat(steps(FULL, FULL.replace("\"version\":7", "\"version\":1"), 999))
                .isEmpty();
        assertThat(steps("{\"tier\":\"pro\",\"limits\":{\"a\":{\"rate\":{\"tokens\":5,\"per\":\"1s\"}}}}", FULL, 1_000))
                .as("a listing that is over counts as none")
                .isEmpty();
    }

    @Test
    void shouldAddAndRemoveCredits_whenTheyDiffer() throws Exception {
        String one = "{\"credits\":[{\"id\":\"a\",\"limit\":\"l\",\"tokens\":5,\"untilMillis\":1000}]}";
        String other = one.replace("5", "6");

        assertThat(steps("{}", one, 999))
                .containsExactly("add-credit {\"credit\":\"a\",\"limit\":\"l\",\"tokens\":5,\"untilMillis\":1000}");
        assertThat(steps(one, other, 999))
                .containsExactly(
                        "remove-credit {\"credit\":\"a\"}",
                        "add-credit {\"credit\":\"a\",\"limit\":\"l\",\"tokens\":6,\"untilMillis\":1000}");
        assertThat(steps(one, one, 999)).isEmpty();
        assertThat(steps("{}", one, 1_000))
                .as("a credit that is over counts as none")
                .isEmpty();
        assertThatThrownBy(() -> steps("{}", "{\"credits\":[{}]}", 0))
                .hasMessageContaining("credits: {} (expected: a credit with its id)");
    }

    @Test
    void shouldNameTheMistake_whenALineIsWrong() throws Exception {
        assertThatThrownBy(() -> ProfileDifference.account(tree("{\"account\":\"a/b\"}")))
                .hasMessageContaining("account: a/b (expected: the first segment of a client ID)");
        assertThatThrownBy(() -> ProfileDifference.account(tree("{\"acount\":\"a\"}")))
                .hasMessageContaining("acount: unknown member (expected: account)");
        assertThatThrownBy(() -> steps("{}", "{\"tier\":5}", 0)).hasMessageContaining("tier: 5 (expected: a text)");
        assertThatThrownBy(() -> steps("{}", "{\"limits\":[]}", 0))
                .hasMessageContaining("limits: [] (expected: an object)");
        assertThatThrownBy(() -> steps("{}", "{\"listing\":{\"access\":\"maybe\"}}", 0))
                .hasMessageContaining("listing.access: maybe (expected: allow or deny)");
    }
}
