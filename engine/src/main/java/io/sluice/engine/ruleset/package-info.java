/** Rulesets: what an operator writes, validated and compiled into what the ledger evaluates. */
@NullMarked
package io.sluice.engine.ruleset;

import org.jspecify.annotations.NullMarked;
