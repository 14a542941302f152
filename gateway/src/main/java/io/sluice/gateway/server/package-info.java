/** The gRPC server and its bounds, independent of the services on it. */
@NullMarked
package io.sluice.gateway.server;

import org.jspecify.annotations.NullMarked;
