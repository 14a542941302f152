/** Which gateways are believed, and whose address a caller behind them has. */
@NullMarked
package io.sluice.api.gateways;

import org.jspecify.annotations.NullMarked;
