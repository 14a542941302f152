/** Recent decisions of one account, read from the decision topic. */
@NullMarked
package io.sluice.client.decisions;

import org.jspecify.annotations.NullMarked;
