package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConsoleTest {
    private static final Path WEB = Path.of("src/main/resources/io/sluice/console/web");
    /** What a first visit may load, compressed. */
    private static final long FIRST_LOAD_BYTES_MAX = 300_000;

    private static final int LINE_CHARACTERS_MAX = 120;
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"(/console/[^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("(?:from |import |import\\()\"(\\./|\\.\\./)([^\"]+)\"");

    private final Console console = Console.load();

    @Test
    void shouldServeEveryFile_whenItIsInTheDirectory() throws Exception {
        // Given
        List<String> served = console.assets().stream().map(ConsoleFile::path).toList();

        // When
        List<String> there = new ArrayList<>();
        try (Stream<Path> files = Files.walk(WEB)) {
            files.filter(Files::isRegularFile)
                    .map(file -> WEB.relativize(file).toString())
                    .filter(name -> !name.equals("index.html"))
                    .map(name -> "/console/assets/" + name)
                    .forEach(there::add);
        }

        // Then
        assertThat(served.stream().filter(path -> !path.contains("/vendor/")))
                .containsExactlyInAnyOrderElementsOf(there);
    }

    @Test
    void shouldBeServed_whateverAFileLoads() {
        // Given
        List<String> served = console.assets().stream().map(ConsoleFile::path).toList();

        // When / Then
        assertThat(linksOf(console.page()))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(served).contains(link));
        for (ConsoleFile file : console.assets()) {
            Matcher imports = IMPORT.matcher(file.path().contains("/vendor/") ? "" : text(file));
            while (imports.find()) {
                Path loaded = Path.of(file.path())
                        .resolveSibling(imports.group(1) + imports.group(2))
                        .normalize();
                assertThat(served).as(file.path()).contains(loaded.toString());
            }
        }
    }

    /** What the page names is all that a first visit loads: no file that it names loads another one at once. */
    @Test
    void shouldBeSmall_whenLoadedForTheFirstTime() {
        // Given
        List<String> first = linksOf(console.page());

        // When
        long bytes = console.page().bytes(true).length
                + console.assets().stream()
                        .filter(file -> first.contains(file.path()))
                        .mapToLong(file -> file.bytes(true).length)
                        .sum();

        // Then
        System.out.println("console: first load " + bytes + " bytes compressed");
        assertThat(bytes).isLessThanOrEqualTo(FIRST_LOAD_BYTES_MAX);
    }

    @Test
    void shouldRunOwnFilesOnly_whenThePolicyIsFollowed() {
        // Given / When
        String policy = console.fields().get("Content-Security-Policy");

        // Then
        assertThat(policy)
                .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
                .containsPattern("script-src 'self' 'sha256-[A-Za-z0-9+/]{43}=';")
                .doesNotContain("unsafe", "http", "*", "data:");
        assertThat(text(console.page())).doesNotContain("style=", "onclick", "javascript:");
    }

    @Test
    void shouldLetThePageCallTheIssuer_andNobodyElse() {
        // Given / When
        String policy = console.fields("https://issuer.example:8443").get("Content-Security-Policy");

        // Then
        assertThat(policy)
                .contains(" connect-src 'self' https://issuer.example:8443; ", "default-src 'none'")
                .isEqualTo(console.fields()
                        .get("Content-Security-Policy")
                        .replace("connect-src 'self'", "connect-src 'self' https://issuer.example:8443"));
        for (String wrong :
                List.of("https://a.example; script-src *", "https://*", "a.example", "https://a.example/x")) {
            assertThatThrownBy(() -> console.fields(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldBeReadable_withoutScrollingSideways() throws IOException {
        try (Stream<Path> files = Files.walk(WEB)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.toString().endsWith(".svg")) {
                    assertThat(Files.readAllLines(file))
                            .as(file.toString())
                            .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(LINE_CHARACTERS_MAX));
                }
            }
        }
    }

    @Test
    void shouldNameNoOtherServer_whateverIsLoaded() throws IOException {
        // Given
        try (Stream<Path> files = Files.walk(WEB)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                // When
                String text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");

                // Then
                assertThat(text).as(file.toString()).doesNotContainPattern("https?://[a-z]");
                assertThat(text).as(file.toString()).doesNotContain("innerHTML", "dangerouslySet", "document.write");
            }
        }
    }

    @Test
    void shouldBeTheSame_whenUnpacked() throws IOException {
        for (ConsoleFile file : console.assets()) {
            // When
            byte[] unpacked = new GZIPInputStream(new ByteArrayInputStream(file.bytes(true))).readAllBytes();

            // Then
            assertThat(unpacked).as(file.path()).isEqualTo(file.bytes(false)).isNotEmpty();
            assertThat(file.etag(true)).isNotEqualTo(file.etag(false));
            assertThat(file.isKnownBy("\"other\", " + file.etag(true))).isTrue();
            assertThat(file.isKnownBy("\"other\"")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none,false",
                "gzip,true",
                "'br, gzip',true",
                "'gzip;q=0.5',true",
                "gzip;q=0,false",
                "gzip; q=0.00,false",
                "identity,false",
                "xgzip,false"
            })
    void shouldCompress_onlyForABrowserThatTakesIt(String accepted, boolean isTaken) {
        assertThat(ConsoleFile.isGzipTaken(accepted)).isEqualTo(isTaken);
    }

    private static List<String> linksOf(ConsoleFile page) {
        List<String> links = new ArrayList<>();
        Matcher link = LINK.matcher(text(page));
        while (link.find()) {
            links.add(link.group(1));
        }
        return links;
    }

    private static String text(ConsoleFile file) {
        return new String(file.bytes(false), StandardCharsets.UTF_8);
    }
}
