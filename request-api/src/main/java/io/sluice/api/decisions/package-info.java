/** Recent decisions over HTTP. */
@NullMarked
package io.sluice.api.decisions;

import org.jspecify.annotations.NullMarked;
