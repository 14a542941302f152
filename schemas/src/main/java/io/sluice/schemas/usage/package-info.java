/** Usage: what accounts used and were refused, in windows of time. */
@NullMarked
package io.sluice.schemas.usage;

import org.jspecify.annotations.NullMarked;
