/** The state of the rules writer: the ruleset in force, its history, and open proposals. */
@NullMarked
package io.sluice.engine.controlplane;

import org.jspecify.annotations.NullMarked;
