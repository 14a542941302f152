/** The gRPC front end: Envoy's protocols, answered out of a client of the cluster. */
@NullMarked
package io.sluice.gateway;

import org.jspecify.annotations.NullMarked;
