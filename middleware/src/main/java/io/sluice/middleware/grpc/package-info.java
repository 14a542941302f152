/** Admission in front of gRPC services. */
@NullMarked
package io.sluice.middleware.grpc;

import org.jspecify.annotations.NullMarked;
