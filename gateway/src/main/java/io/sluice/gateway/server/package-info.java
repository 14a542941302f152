/** The gRPC server and its bounds, whatever services it has. */
@NullMarked
package io.sluice.gateway.server;

import org.jspecify.annotations.NullMarked;
