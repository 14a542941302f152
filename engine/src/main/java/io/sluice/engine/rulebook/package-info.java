/** The rulebook: which ruleset is in force, how it came about, and what may come next. */
@NullMarked
package io.sluice.engine.rulebook;

import org.jspecify.annotations.NullMarked;
