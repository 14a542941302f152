/** Trusted gateways, and the address of a caller behind them. */
@NullMarked
package io.sluice.api.gateways;

import org.jspecify.annotations.NullMarked;
