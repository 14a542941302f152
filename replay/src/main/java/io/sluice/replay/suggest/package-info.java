/** The smallest numbers of a limit that refuse few. */
@NullMarked
package io.sluice.replay.suggest;

import org.jspecify.annotations.NullMarked;
