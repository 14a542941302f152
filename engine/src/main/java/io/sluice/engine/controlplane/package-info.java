/** The control plane state: which ruleset is in force, how it came about, and what may come next. */
@NullMarked
package io.sluice.engine.controlplane;

import org.jspecify.annotations.NullMarked;
