package io.sluice.cli.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks find what they are for, and nothing in what is right. */
final class TidyChecksTest {
    private static final String WORDS_36 = "Word " + "word ".repeat(34) + "last";
    private static final String GLOSSARY = """
            # Glossary
            ## The words we do not use
            Old names, and what to write instead.

            | not | but |
            | --- | --- |
            | flurb, grok* | idempotency record |
            | quirk (of a lease, in advance) | scheduled time |
            | `*Zorb`; `zorbMillis` | a handler; `delayMillis` |
            | peer at | peek |

            ## Private words
            | word | why |
            | --- | --- |
            | wug | not banned here |
            """;

    @Test
    void shouldReadWhatWouldBeTracked_whenThereIsNoHistory(@TempDir Path root) throws IOException {
        // Given: a source archive, in which somebody has built
        Files.createDirectories(root.resolve("engine/target"));
        Files.writeString(root.resolve("engine/target/Generated.java"), "");
        Files.writeString(root.resolve("engine/Ledger.java"), "final class Ledger {}\n");
        Files.writeString(root.resolve("engine/pom.xml"), "<project/>");

        // When
        Repository repository = Repository.at(root);

        // Then
        assertThat(repository.files()).extracting(TextFile::path).containsExactly("engine/Ledger.java");
        assertThat(repository.has("engine")).isTrue();
        assertThat(repository.has("engine/pom.xml")).isTrue();
        assertThat(repository.has("engine/target")).isFalse();
    }

    @Test
    void shouldNameTheFileThatIsMeant_whenALinkIsDead() {
        // Given
        TextFile document = TextFile.of("docs/A.md", """
                # A
                See [`Ledger`](../engine/Ledger.java) and ![a picture](a.svg).
                """);
        TextFile moved = TextFile.of("engine/state/Ledger.java", "final class Ledger {}");

        // When
        List<Finding> findings = new LinkCheck(Repository.of(document, moved)).findings();

        // Then
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        "docs/A.md:2: link to no file: ../engine/Ledger.java (expected: ../engine/state/Ledger.java)",
                        "docs/A.md:2: link to no file: a.svg (expected: a file of the repository)");
    }

    @Test
    void shouldNameTheNearestHeading_whenAnAnchorIsDead() {
        // Given
        TextFile from = TextFile.of("docs/A.md", "[one](B.md#signing-key) [two](#nowhere)");
        TextFile to = TextFile.of("docs/B.md", "# Logs\n## Signing keys\n");

        // When
        List<Finding> findings = new LinkCheck(Repository.of(from, to)).findings();

        // Then
        assertThat(findings)
                .extracting(Finding::problem)
                .containsExactly(
                        "link to no heading: B.md#signing-key (expected: #signing-keys)",
                        "link to no heading: #nowhere (expected: no anchor, since there is no heading)");
    }

    @Test
    void shouldFindNothing_whenLinksLeadSomewhere() {
        // Given
        TextFile from = TextFile.of("docs/A.md", """
                # What the `Ledger` does, and why
                ## Same
                ## Same
                [here](#what-the-ledger-does-and-why) [second](#same-1) [line](../dev#L3) [folder](adr/) [up](..)
                [over
                lines](adr/0001.md "title") [site](https://example.org/x#y) [mail](mailto:a@example.org) [r][1]

                [1]: adr/0001.md
                `[code](nowhere.md)` <!-- [comment](nowhere.md) -->
                ```
                [fence](nowhere.md)
                ```
                """);

        // When
        List<Finding> findings = new LinkCheck(
                        Repository.of(from, TextFile.of("docs/adr/0001.md", "# One"), TextFile.of("dev", "1\n2\n3")))
                .findings();

        // Then
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldFindLongLines_butNotTablesAndAddresses() {
        // Given
        String over = "x".repeat(121);
        TextFile document = TextFile.of(
                "README.md",
                String.join("\n", over, "| " + over + " |", "[link](" + over + ")", "https://example.org/" + over));
        TextFile java = TextFile.of("engine/A.java", "// " + "x".repeat(117) + "\n// " + "x".repeat(118));
        TextFile test =
                TextFile.of("a/src/test/java/A.java", "import " + over + ";\n  \"" + over + "\",\n  + \"" + over);
        TextFile script = TextFile.of("dev", over);

        // When
        List<Finding> findings = SizeCheck.longLines(Repository.of(document, java, test, script));

        // Then
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        "README.md:1: columns: 121 (expected: at most 120; wrap the line)",
                        "a/src/test/java/A.java:3: columns: 126 (expected: at most 120; wrap the line)",
                        "dev:1: columns: 121 (expected: at most 120; wrap the line)",
                        "engine/A.java:2: columns: 121 (expected: at most 120; wrap the line)");
    }

    @Test
    void shouldFindLongSentences_whereverTheyAre() {
        // Given
        TextFile document = TextFile.of(
                "README.md",
                String.join(
                        "\n",
                        "Short. " + WORDS_36 + ".",
                        "",
                        "- item " + WORDS_36,
                        "| cell | " + WORDS_36 + " |",
                        "> quote " + "word ".repeat(17),
                        "> " + "word ".repeat(18)));

        // When
        List<Finding> findings = SizeCheck.longSentences(Repository.of(document));

        // Then
        assertThat(findings).extracting(Finding::line).containsExactly(1, 3, 4, 5);
        assertThat(findings.get(0).problem()).startsWith("words in a sentence: 36 (expected: at most 35; make two");
    }

    @Test
    void shouldCountNoSentence_whenTextIsCodeOrEndsOften() {
        // Given
        TextFile document = TextFile.of(
                "README.md",
                String.join(
                        "\n",
                        "```",
                        WORDS_36,
                        "```",
                        "<!-- " + WORDS_36 + " -->",
                        "`" + WORDS_36 + "` is one word.",
                        "Twenty words " + "word ".repeat(18) + "end.) `Code` begins the next " + "word ".repeat(18),
                        "",
                        "# " + WORDS_36,
                        "[link](" + "x".repeat(50) + ") " + "word ".repeat(34)));

        // When
        List<Finding> findings = SizeCheck.longSentences(Repository.of(document));

        // Then
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldFindLongFiles_andNamesThatTwoTypesHave() {
        // Given
        TextFile exact = TextFile.of("engine/src/main/java/a/Exact.java", "\n".repeat(600));
        TextFile longer = TextFile.of("engine/src/main/java/a/Longer.java", "\n".repeat(601));
        TextFile second = TextFile.of("client/src/main/java/b/Exact.java", "");
        TextFile test = TextFile.of("client/src/test/java/b/Longer.java", "");
        TextFile info = TextFile.of("client/src/main/java/b/package-info.java", "");
        TextFile otherInfo = TextFile.of("engine/src/main/java/a/package-info.java", "");

        // When
        Repository repository = Repository.of(exact, longer, second, test, info, otherInfo);

        // Then
        assertThat(SizeCheck.longFiles(repository))
                .extracting(Finding::toString)
                .containsExactly("engine/src/main/java/a/Longer.java:601: lines: 601"
                        + " (expected: at most 600; one concept in a file)");
        assertThat(SizeCheck.sharedNames(repository))
                .extracting(Finding::toString)
                .containsExactly("engine/src/main/java/a/Exact.java:1: type: Exact"
                        + " (expected: another name than that of client/src/main/java/b/Exact.java)");
    }

    @Test
    void shouldFindWordsOfTheGlossary_inTexts() {
        // Given
        TextFile document = TextFile.of("README.md", """
                Flurbs are kept. The grokking stands, grokked
                by one wug. `flurb` is code, flurbish is not meant; [x](flurb.md).
                Peer
                at `zorbMillis`; it is your quirk.
                """);

        // When
        List<Finding> findings = WordCheck.findings(
                Repository.of(document, TextFile.of(Glossary.FILE, GLOSSARY), TextFile.of("CHANGELOG.md", "a flurb")));

        // Then
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactlyInAnyOrder(
                        "README.md:1: word: Flurbs (expected: idempotency record)",
                        "README.md:1: word: grokking (expected: idempotency record)",
                        "README.md:1: word: grokked (expected: idempotency record)",
                        "README.md:3: word: Peer at (expected: peek)",
                        "README.md:4: word: quirk (expected: scheduled time)",
                        "README.md:4: name: zorbMillis (expected: a handler; delayMillis)");
    }

    @Test
    void shouldFindWordsOfTheGlossary_inNamesOfTypes() {
        // Given
        TextFile java = TextFile.of("engine/A.java", """
                /** A class Flurb in a comment. */
                final class NewFlurbKey {
                    record Grokked(int flurb) {}
                    // enum Flurbs
                    interface HoldZorb<T> {}
                    sealed interface Flurbish permits Zorbing {}
                    String text = "class Flurb";
                }
                """);

        // When
        List<Finding> findings = WordCheck.findings(Repository.of(java, TextFile.of(Glossary.FILE, GLOSSARY)));

        // Then
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        "engine/A.java:2: type: NewFlurbKey (expected: idempotency record)",
                        "engine/A.java:3: type: Grokked (expected: idempotency record)",
                        "engine/A.java:5: type: HoldZorb (expected: a handler; delayMillis)");
    }

    @Test
    void shouldAskForTheTable_whenTheGlossaryHasNone() {
        // Given
        TextFile empty = TextFile.of(Glossary.FILE, "# Glossary\n## The list\n| flurb | idempotency record |\n");

        // When
        // Then
        assertThat(WordCheck.findings(Repository.of())).hasSize(1);
        assertThat(WordCheck.findings(Repository.of(empty)))
                .extracting(Finding::problem)
                .containsExactly("section: none (expected: \"words we do not use\" with a table | not | but |)");
    }

    @Test
    void shouldFindWhatIsWrongWithTheWalk() {
        // Given
        TextFile walk = TextFile.of(WalkCheck.FILE, """
                ### The way in
                | # | where | what happens |
                | ---: | --- | --- |
                | 1 | [`A`](../a/A.java), [`B`](../b/B.java) | begins |
                | 3 | `C` | goes on |
                | 3 | [`A`](../a/A.java#L10) | comes back |

                ### The way back
                | # | where | what happens |
                | ---: | --- | --- |
                | 4 | [`A`](../a/A.java) | answers |
                """);

        // When
        List<Finding> findings = WalkCheck.findings(Repository.of(walk));

        // Then
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        "docs/ARCHITECTURE.md:6: second visit: a/A.java (expected: once on the way in; it is in line 4)",
                        "docs/ARCHITECTURE.md:5: number of the row: 3 (expected: 2)",
                        "docs/ARCHITECTURE.md:5: links in the row: none (expected: the file that it is about)");
    }

    @Test
    void shouldBoundTheWalk_andMissItsTables() {
        // Given
        StringBuilder rows = new StringBuilder("## The way in\n| # | where | what |\n| --- | --- | --- |\n");
        for (int i = 1; i <= 31; i++) {
            rows.append("| %d | [x](A%d.java) [y](B%d.java) | z |\n".formatted(i, i, i));
        }

        // When
        List<Finding> findings = WalkCheck.findings(Repository.of(TextFile.of(WalkCheck.FILE, rows.toString())));

        // Then
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        "docs/ARCHITECTURE.md:1: table below \"The way back\": none"
                                + " (expected: | # | where | what happens |)",
                        "docs/ARCHITECTURE.md:34: rows of the walk: 31 (expected: at most 30)",
                        "docs/ARCHITECTURE.md:34: files of the walk: 62 (expected: at most 55)");
    }
}
