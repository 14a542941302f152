/** Rulesets that are tried on the last part of a log, for a server. */
@NullMarked
package io.sluice.replay.trial;

import org.jspecify.annotations.NullMarked;
