/** Alerts for operators. */
@NullMarked
package io.sluice.schemas.alert;

import org.jspecify.annotations.NullMarked;
