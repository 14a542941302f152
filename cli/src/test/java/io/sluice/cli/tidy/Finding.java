package io.sluice.cli.tidy;

/**
 * One thing to change.
 *
 * @param file path from the root of the repository
 * @param line counted from 1
 * @param problem what is wrong, and what is expected instead
 */
record Finding(String file, int line, String problem) {
    /** As compilers write it, so that an editor can jump to it. */
    @Override
    public String toString() {
        return file + ":" + line + ": " + problem;
    }
}
