/** The ledger of one request partition: a state machine whose verdicts are a function of the log so far. */
@NullMarked
package io.sluice.engine.ledger;

import org.jspecify.annotations.NullMarked;
