/** A small web service that asks Sluice before each request. */
@NullMarked
package io.sluice.examples.orders;

import org.jspecify.annotations.NullMarked;
