/** What front ends answer while the ledger cannot be reached. */
@NullMarked
package io.sluice.engine.estimate;

import org.jspecify.annotations.NullMarked;
