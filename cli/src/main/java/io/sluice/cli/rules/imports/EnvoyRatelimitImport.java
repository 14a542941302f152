package io.sluice.cli.rules.imports;

import io.sluice.cli.CommandFailure;
import io.sluice.engine.ruleset.EnvoyMapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configuration files of {@code github.com/envoyproxy/ratelimit}, turned into one ruleset. */
public final class EnvoyRatelimitImport implements ImportSource {
    private static final List<String> ABOUT = List.of(
            "Imported from Envoy's rate limit service (github.com/envoyproxy/ratelimit).",
            "Each domain is an account. Requests carry a descriptor as attributes:",
            "  " + DescriptorAttributes.DOMAIN + ": the domain",
            "  " + DescriptorAttributes.KEYS + ": the keys in their order, with commas",
            "  one attribute for each entry");

    private final EnvoyRatelimitReader reader;
    private final List<String> files = new ArrayList<>();

    /** An import that takes several files of one domain for one, or refuses them. */
    public EnvoyRatelimitImport(boolean mergesDomains) {
        this.reader = new EnvoyRatelimitReader(mergesDomains);
    }

    @Override
    public void read(String file, String text) throws CommandFailure {
        files.add(file);
        reader.read(file, text);
    }

    @Override
    public ImportedRuleset ruleset() throws CommandFailure {
        List<DescriptorDomain> domains = reader.domains();
        EnvoyRatelimitConversion conversion = new EnvoyRatelimitConversion();
        conversion.convert(domains);
        List<ImportFinding> findings = new ArrayList<>(reader.findings());
        findings.addAll(conversion.findings());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", 1L);
        document.put("description", "Imported from Envoy's rate limit service");
        document.put("gateways", Map.of("envoy", gateway(domains)));
        document.put(
                "limits", conversion.limits().stream().map(ImportedLimit::tree).toList());
        return ImportedRuleset.of(ABOUT, conversion.limits(), document, ImportFinding.inOrder(findings, files))
                .comparedWith(domains);
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
}
