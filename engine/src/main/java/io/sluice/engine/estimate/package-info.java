/** What front ends answer while the ledger cannot be asked. */
@NullMarked
package io.sluice.engine.estimate;

import org.jspecify.annotations.NullMarked;
