/** The state machine of one request partition: every verdict is a function of the log up to it. */
@NullMarked
package io.sluice.engine.ledger;

import org.jspecify.annotations.NullMarked;
