/** The client of the usage roll-ups: usage and rankings. */
@NullMarked
package io.sluice.client.usage;

import org.jspecify.annotations.NullMarked;
