package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code sluice rules import}. */
final class ImportOptions {
    private static final int REQUESTS_MAX = 10_000_000;

    /** The rate limiters whose files can be imported, as options name them. */
    enum Source {
        ENVOY_RATELIMIT("envoy-ratelimit"),
        BUCKET4J("bucket4j");

        private final String word;

        Source(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    @Option(
            names = "--from",
            paramLabel = "SOURCE",
            required = true,
            description = "Kind of the files: envoy-ratelimit (github.com/envoyproxy/ratelimit), or bucket4j (the "
                    + "application.yml of its Spring Boot starter).")
    private Source from = Source.ENVOY_RATELIMIT;

    @Option(
            names = {"-o", "--to"},
            paramLabel = "FILE",
            description = "File for the ruleset, as YAML (default: standard output).")
    private @Nullable Path to;

    @Option(
            names = "--merge-domains",
            description = "Merge several files of the same domain, as with MERGE_DOMAIN_CONFIG=true.")
    private boolean mergesDomains;

    @Option(
            names = "--verify",
            description = "Send the same requests to a model of Envoy's service and to the ruleset, and list the "
                    + "answers that differ.")
    private boolean verifies;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "The seed of the requests (default: another one each time; it is printed).")
    private @Nullable Long seed;

    @Option(
            names = "--requests",
            paramLabel = "COUNT",
            defaultValue = "20000",
            description = "How many requests to send (default: 20000).")
    private int requests = 20_000;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files to import; - for standard input.")
    private List<Path> files = List.of();

    Source from() {
        return from;
    }

    @Nullable Path to() {
        return to;
    }

    boolean mergesDomains() {
        return mergesDomains;
    }

    boolean verifies() {
        return verifies;
    }

    @Nullable Long seed() {
        return seed;
    }

    int requests() throws CommandFailure {
        if (requests < 1 || requests > REQUESTS_MAX) {
            throw new CommandFailure("requests: " + requests + " (expected: 1.." + REQUESTS_MAX + ")");
        }
        return requests;
    }

    List<Path> files() {
        return files;
    }
}
