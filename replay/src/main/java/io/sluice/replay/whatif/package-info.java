/** Compares what two rulesets decide on the same requests. */
@NullMarked
package io.sluice.replay.whatif;

import org.jspecify.annotations.NullMarked;
