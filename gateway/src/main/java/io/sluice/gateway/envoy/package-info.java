/** Envoy's protocols: their calls become admissions, and verdicts become their answers. */
@NullMarked
package io.sluice.gateway.envoy;

import org.jspecify.annotations.NullMarked;
