/** The client of health signals: reports and lists them. */
@NullMarked
package io.sluice.client.signals;

import org.jspecify.annotations.NullMarked;
