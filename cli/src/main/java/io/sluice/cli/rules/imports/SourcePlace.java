package io.sluice.cli.rules.imports;

/** A line of a file that is imported. */
record SourcePlace(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
