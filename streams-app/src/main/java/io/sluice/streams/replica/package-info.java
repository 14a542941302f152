/** A second application over the request topic that only replies; start at {@code ReplicaProcessor}. */
@NullMarked
package io.sluice.streams.replica;

import org.jspecify.annotations.NullMarked;
