/** The stored state of one request partition, and the changes that a decision makes to it; nothing here decides. */
@NullMarked
package io.sluice.engine.state;

import org.jspecify.annotations.NullMarked;
