/** Penalties: what follows when one account or client is refused again and again. */
@NullMarked
package io.sluice.engine.penalty;

import org.jspecify.annotations.NullMarked;
