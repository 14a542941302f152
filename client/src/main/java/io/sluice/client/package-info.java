/** Admission over Kafka for JVM callers: send a request, and get the verdict as a future. */
@NullMarked
package io.sluice.client;

import org.jspecify.annotations.NullMarked;
