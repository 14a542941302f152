package io.sluice.cli.rules.imports;

import io.sluice.cli.CommandFailure;
import io.sluice.engine.ruleset.EnvoyMapping;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.RulesetActivation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configuration files of {@code github.com/envoyproxy/ratelimit}, turned into one ruleset. */
public final class EnvoyRatelimitImport {
    private final EnvoyRatelimitReader reader;
    private final List<String> files = new ArrayList<>();

    /** An import that takes several files of one domain for one, or refuses them. */
    public EnvoyRatelimitImport(boolean mergesDomains) {
        this.reader = new EnvoyRatelimitReader(mergesDomains);
    }

    /** Reads one file more; what is wrong in it is kept until {@link #ruleset}, unless it is no YAML. */
    public void read(String file, String text) throws CommandFailure {
        files.add(file);
        reader.read(file, text);
    }

    /** The ruleset of all files; fails with a line for each mistake in them. */
    public ImportedRuleset ruleset() throws CommandFailure {
        List<DescriptorDomain> domains = reader.domains();
        EnvoyRatelimitConversion conversion = new EnvoyRatelimitConversion();
        conversion.convert(domains);
        List<ImportFinding> findings = new ArrayList<>(reader.findings());
        findings.addAll(conversion.findings());
        findings.sort(Comparator.comparingInt(
                        (ImportFinding finding) -> files.indexOf(finding.place().file()))
                .thenComparingInt(finding -> finding.place().line()));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", 1L);
        document.put("description", "Imported from Envoy's rate limit service");
        document.put("gateways", Map.of("envoy", gateway(domains)));
        document.put(
                "limits", conversion.limits().stream().map(ImportedLimit::tree).toList());
        return new ImportedRuleset(domains, conversion.limits(), document, compiled(document), findings);
    }

    /** How the gateway has to take descriptors: the account is the domain, and each entry is only what it says. */
    private static Map<String, Object> gateway(List<DescriptorDomain> domains) {
        Map<String, Object> envoy = new LinkedHashMap<>();
        envoy.put("domainIsAccount", true);
        boolean hasMark = domains.stream().anyMatch(domain -> hasMark(domain.children()));
        if (hasMark) {
            // Here this key is one like any other; to the gateway it would mark use that is over.
            envoy.put("charge", List.of());
        }
        return envoy;
    }

    private static boolean hasMark(List<DescriptorNode> nodes) {
        return nodes.stream()
                .anyMatch(node -> EnvoyMapping.STANDARD.charge().contains(node.key()) || hasMark(node.children()));
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
}
