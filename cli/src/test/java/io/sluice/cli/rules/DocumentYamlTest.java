package io.sluice.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.DocumentYaml;
import org.junit.jupiter.api.Test;

/** A document that is shown is the document that is read again. */
final class DocumentYamlTest {
    @Test
    void shouldBeReadAsItWas_whateverItsTextsLookLike() throws Exception {
        // Given
        String document = "{\"description\":\"0100: off # no\\n- ~ \\\"é\\\"\",\"limits\":[{\"id\":\"a\",\"match\":"
                + "{\"path\":\"/v1/**\",\"methods\":[\"POST\"]},\"scope\":\"client\",\"rate\":"
                + "{\"tokens\":10,\"per\":\"1s\"},\"burst\":20}]}";
        RulesFile before = RulesFile.parse("before", document);

        // When
        String yaml = DocumentYaml.of(before.tree());

        // Then
        assertThat(RulesFile.parse("after", yaml).documentJson()).isEqualTo(before.documentJson());
        assertThat(yaml).contains("limits:\n").doesNotContain("---", "{");
    }
}
