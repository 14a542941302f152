/** Webhooks: alerts are posted to the configured URLs. */
@NullMarked
package io.sluice.streams.webhooks;

import org.jspecify.annotations.NullMarked;
