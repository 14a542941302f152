/** Compares the decisions that a log leads to with those on the decision topic. */
@NullMarked
package io.sluice.replay.audit;

import org.jspecify.annotations.NullMarked;
