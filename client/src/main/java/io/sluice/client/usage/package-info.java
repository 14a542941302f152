/** Usage and rankings, as front ends ask for them. */
@NullMarked
package io.sluice.client.usage;

import org.jspecify.annotations.NullMarked;
