package io.sluice.cli.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every file of the repository has to keep to. A failure names file and line, and what to write instead. */
final class TidyTest {
    private static Repository repository;

    @BeforeAll
    static void read() throws IOException {
        repository = Repository.at(Path.of("..").toAbsolutePath().normalize());
    }

    @Test
    void shouldLeadSomewhere_whenDocumentsLink() {
        assertTidy(new LinkCheck(repository).findings());
    }

    @Test
    void shouldFitIntoAWindow_whenLinesAreWritten() {
        assertTidy(SizeCheck.longLines(repository));
    }

    @Test
    void shouldBeReadInOneBreath_whenSentencesAreWritten() {
        assertTidy(SizeCheck.longSentences(repository));
    }

    @Test
    void shouldHoldOneConcept_whenJavaIsWritten() {
        assertTidy(SizeCheck.longFiles(repository));
    }

    @Test
    void shouldMeanOneThing_whenTypesAreNamed() {
        assertTidy(SizeCheck.sharedNames(repository));
    }

    @Test
    void shouldUseTheWordsOfTheGlossary_whenAnythingIsNamedOrWritten() {
        assertTidy(WordCheck.findings(repository));
    }

    @Test
    void shouldBeShortAndStraight_whenARequestIsFollowed() {
        assertTidy(WalkCheck.findings(repository));
    }

    /** One line for each, all of them at once. */
    private static void assertTidy(List<Finding> findings) {
        String lines = findings.stream().map(Finding::toString).collect(Collectors.joining("\n"));
        assertThat(lines).as("%d findings", findings.size()).isEmpty();
    }
}
