/** Probes, metrics and the API's own description. */
@NullMarked
package io.sluice.api.ops;

import org.jspecify.annotations.NullMarked;
