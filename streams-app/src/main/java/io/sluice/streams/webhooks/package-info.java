/** Alerts on their way to people: each is posted to the configured URLs. */
@NullMarked
package io.sluice.streams.webhooks;

import org.jspecify.annotations.NullMarked;
