/** Usage and rankings over HTTP. */
@NullMarked
package io.sluice.api.usage;

import org.jspecify.annotations.NullMarked;
