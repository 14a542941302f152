/** The log oracle: computes from the request topic what must have happened, and compares. */
@NullMarked
package io.sluice.testkit.oracle;

import org.jspecify.annotations.NullMarked;
