package io.sluice.cli.rules.imports;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.DocumentYaml;
import io.sluice.cli.rules.imports.ImportFinding.Kind;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.RulesetActivation;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A ruleset that was made from other files, with the findings about what could not be taken over. */
public final class ImportedRuleset {
    private final List<String> about;
    private final List<ImportedLimit> limits;
    private final Map<String, Object> document;
    private final Ruleset ruleset;
    private final List<ImportFinding> findings;
    private final @Nullable List<DescriptorDomain> domains;

    private ImportedRuleset(
            List<String> about,
            List<ImportedLimit> limits,
            Map<String, Object> document,
            Ruleset ruleset,
            List<ImportFinding> findings,
            @Nullable List<DescriptorDomain> domains) {
        this.about = List.copyOf(about);
        this.limits = List.copyOf(limits);
        this.document = document;
        this.ruleset = ruleset;
        this.findings = List.copyOf(findings);
        this.domains = domains == null ? null : List.copyOf(domains);
    }

    /**
     * A ruleset; fails if it is not valid.
     *
     * @param about comments at its beginning
     */
    static ImportedRuleset of(
            List<String> about, List<ImportedLimit> limits, Map<String, Object> document, List<ImportFinding> findings)
            throws CommandFailure {
        return new ImportedRuleset(about, limits, document, compiled(document), findings, /* domains= */ null);
    }

    /** The same, which can be compared with a model of what these domains do. */
    ImportedRuleset comparedWith(List<DescriptorDomain> newDomains) {
        return new ImportedRuleset(about, limits, document, ruleset, findings, newDomains);
    }

    private static Ruleset compiled(Map<String, Object> document) throws CommandFailure {
        int chars = DocumentTree.toJson(document).length();
        if (chars > RulesetActivation.DOCUMENT_CHARS_MAX) {
            throw new CommandFailure("the ruleset has " + chars + " characters as JSON (expected: at most "
                    + RulesetActivation.DOCUMENT_CHARS_MAX + "; give descriptors the same numbers, which become one"
                    + " limit, or import domains apart, for clusters of their own)");
        }
        try {
            return RulesetCompiler.compile(1, document);
        } catch (InvalidRulesetException e) {
            throw new CommandFailure("the ruleset is not valid: " + e.problems(), e);
        }
    }

    /** The document as a tree of JDK types. */
    public Map<String, Object> document() {
        return document;
    }

    public int limits() {
        return limits.size();
    }

    /** Whether everything is in the ruleset as it was. */
    public boolean isWhole() {
        return findings.stream().allMatch(finding -> finding.kind() == Kind.NOTE);
    }

    /** What is not in the ruleset as it was, in the order of the files: what it is, why, and what to do instead. */
    public List<String> lines() {
        return findings.stream().flatMap(finding -> finding.lines().stream()).toList();
    }

    /** The same as trees, for programs. */
    public List<Map<String, Object>> findings() {
        return findings.stream().map(ImportFinding::tree).toList();
    }

    /** The document as YAML; a comment before each limit names the lines that it comes from. */
    public String yaml() {
        StringBuilder yaml = new StringBuilder();
        about.forEach(line -> yaml.append("# ").append(line).append('\n'));
        document.forEach((name, value) -> {
            if (!name.equals("limits")) {
                yaml.append(DocumentYaml.of(Map.of(name, value)));
            }
        });
        yaml.append(limits.isEmpty() ? "limits: []\n" : "limits:\n");
        for (ImportedLimit limit : limits) {
            yaml.append("  # ").append(places(limit.places())).append('\n');
            yaml.append(DocumentYaml.of(List.of(limit.tree())));
        }
        return yaml.toString();
    }

    /** Files with their lines: {@code a.yaml:3, 9, b.yaml:4}. */
    private static String places(List<SourcePlace> places) {
        return places.stream()
                .map(SourcePlace::file)
                .distinct()
                .map(file -> file.replaceAll("\\R", " ") + ":"
                        + places.stream()
                                .filter(place -> place.file().equals(file))
                                .map(SourcePlace::line)
                                .collect(Collectors.toCollection(TreeSet::new))
                                .stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(", ")))
                .collect(Collectors.joining(", "));
    }

    /**
     * Sends the same requests to the model of the source and to this ruleset; fails if the source has no model.
     *
     * @param seed gives the same requests each time
     */
    public ImportVerification verify(long seed, int requests) throws CommandFailure {
        if (domains == null) {
            throw new CommandFailure("--verify (expected: only with --from envoy-ratelimit; there is no model of the"
                    + " other sources)");
        }
        return ImportVerification.of(domains, ruleset, seed, requests);
    }
}
