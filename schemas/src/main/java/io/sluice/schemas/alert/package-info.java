/** Alerts: what operators are told of. */
@NullMarked
package io.sluice.schemas.alert;

import org.jspecify.annotations.NullMarked;
