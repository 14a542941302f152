/** Configurations of other rate limiters: read, turned into a ruleset, and compared with it. */
@NullMarked
package io.sluice.cli.rules.imports;

import org.jspecify.annotations.NullMarked;
