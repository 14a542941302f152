package io.sluice.cli.rules.imports;

/** A pair of a descriptor that Envoy sends. */
record DescriptorEntry(String key, String value) {
    @Override
    public String toString() {
        return "(" + key + "=" + value + ")";
    }
}
