/** Penalties: deny, challenge or slow down an account or client that limits refuse again and again. */
@NullMarked
package io.sluice.engine.penalty;

import org.jspecify.annotations.NullMarked;
