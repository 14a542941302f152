/**
 * The reply replica: an application that decides the request log again and only replies; start at
 * {@code ReplicaProcessor}.
 */
@NullMarked
package io.sluice.streams.replica;

import org.jspecify.annotations.NullMarked;
