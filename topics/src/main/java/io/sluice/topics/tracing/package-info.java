/** Trace contexts in records: start at {@code TraceHeaders}. */
@NullMarked
package io.sluice.topics.tracing;

import org.jspecify.annotations.NullMarked;
