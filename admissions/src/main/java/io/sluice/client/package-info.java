/** "May this client do this now?", and its answers, whatever carries them: Kafka, HTTP, or leases before either. */
@NullMarked
package io.sluice.client;

import org.jspecify.annotations.NullMarked;
