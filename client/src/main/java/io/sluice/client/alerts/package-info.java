/** Recent alerts, read from the alert topic. */
@NullMarked
package io.sluice.client.alerts;

import org.jspecify.annotations.NullMarked;
