/** Certificate authorities of tests, and what they issue. */
@NullMarked
package io.sluice.testkit.tls;

import org.jspecify.annotations.NullMarked;
