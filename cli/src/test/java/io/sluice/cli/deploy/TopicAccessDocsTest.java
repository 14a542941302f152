package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.topic.KafkaRole;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The documents say of every topic who writes and reads it, as the catalogue does. */
final class TopicAccessDocsTest {
    private static final List<TopicSpec> TOPICS = TopicCatalogue.topics(1, 1);

    /** The first three cells of a topic's row. */
    private static String row(TopicSpec topic) {
        return "| `" + topic.name() + "` | " + roles(topic.access().writers()) + " | "
                + roles(topic.access().readers()) + " |";
    }

    private static String roles(Set<KafkaRole> roles) {
        return roles.isEmpty()
                ? "nobody yet"
                : roles.stream().map(KafkaRole::id).collect(Collectors.joining(", "));
    }

    @Test
    void shouldHaveARowForEachTopic_inOperations() {
        // Given
        List<String> lines = Manifests.read("docs/OPERATIONS.md").lines().toList();

        // When / Then
        assertThat(lines)
                .containsAll(TOPICS.stream().map(TopicAccessDocsTest::row).toList());
    }

    @Test
    void shouldHaveARowForEachTopic_inSecurity() {
        // Given
        List<String> lines = Manifests.read("SECURITY.md").lines().toList();

        // When / Then
        for (TopicSpec topic : TOPICS) {
            assertThat(lines).as(row(topic)).anyMatch(line -> line.startsWith(row(topic)));
        }
    }

    @Test
    void shouldHaveARowForEachRole_inOperations() {
        // Given
        List<String> lines = Manifests.read("docs/OPERATIONS.md").lines().toList();

        // When / Then
        for (KafkaRole role : KafkaRole.values()) {
            assertThat(lines)
                    .as(role.id())
                    .anyMatch(line -> line.startsWith("| " + role.id() + " | ")
                            && line.endsWith(" | `User:sluice-" + role.id() + "` |"));
        }
    }
}
