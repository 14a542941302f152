/** Alerts: thresholds that were crossed, spikes and burn rates. */
@NullMarked
package io.sluice.schemas.alert;

import org.jspecify.annotations.NullMarked;
