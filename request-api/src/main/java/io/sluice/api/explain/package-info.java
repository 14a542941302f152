/** Explanations over HTTP, on the admin port. */
@NullMarked
package io.sluice.api.explain;

import org.jspecify.annotations.NullMarked;
