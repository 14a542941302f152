package io.sluice.cli.rules.imports;

import io.sluice.cli.DocumentYaml;
import io.sluice.cli.rules.imports.ImportFinding.Kind;
import io.sluice.engine.ruleset.Ruleset;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A ruleset that was made of other files, and what of them is not in it. */
public final class ImportedRuleset {
    private final List<DescriptorDomain> domains;
    private final List<ImportedLimit> limits;
    private final Map<String, Object> document;
    private final Ruleset ruleset;
    private final List<ImportFinding> findings;

    ImportedRuleset(
            List<DescriptorDomain> domains,
            List<ImportedLimit> limits,
            Map<String, Object> document,
            Ruleset ruleset,
            List<ImportFinding> findings) {
        this.domains = List.copyOf(domains);
        this.limits = List.copyOf(limits);
        this.document = document;
        this.ruleset = ruleset;
        this.findings = List.copyOf(findings);
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
        StringBuilder yaml = new StringBuilder()
                .append("# Imported from Envoy's rate limit service (github.com/envoyproxy/ratelimit).\n")
                .append("# Each domain is an account. Requests carry a descriptor as attributes:\n")
                .append("#   ")
                .append(DescriptorAttributes.DOMAIN)
                .append(": the domain\n")
                .append("#   ")
                .append(DescriptorAttributes.KEYS)
                .append(": the keys in their order, with commas\n")
                .append("#   one attribute for each entry\n");
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
     * Asks what was imported and this ruleset the same requests.
     *
     * @param seed gives the same requests each time
     */
    public ImportVerification verify(long seed, int requests) {
        return ImportVerification.of(domains, ruleset, seed, requests);
    }
}
