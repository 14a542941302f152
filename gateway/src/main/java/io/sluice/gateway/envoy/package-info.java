/** Envoy's protocols: what it asks becomes admissions, and their verdicts become its answers. */
@NullMarked
package io.sluice.gateway.envoy;

import org.jspecify.annotations.NullMarked;
