/** The interface by which JVM callers ask for admission, over Kafka, HTTP or a lease; its requests and answers. */
@NullMarked
package io.sluice.client;

import org.jspecify.annotations.NullMarked;
