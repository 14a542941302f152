/** Recent alerts over HTTP. */
@NullMarked
package io.sluice.api.alerts;

import org.jspecify.annotations.NullMarked;
