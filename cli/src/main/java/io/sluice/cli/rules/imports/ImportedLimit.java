package io.sluice.cli.rules.imports;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A limit of a ruleset, and where it comes from.
 *
 * @param tree the limit as a document has it
 */
record ImportedLimit(List<SourcePlace> places, Map<String, Object> tree) {
    ImportedLimit {
        places = List.copyOf(places);
        tree = Collections.unmodifiableMap(new LinkedHashMap<>(tree));
    }
}
