/** Estimates: what front ends answer by the failure policy while the ledger cannot be reached. */
@NullMarked
package io.sluice.engine.estimate;

import org.jspecify.annotations.NullMarked;
