/** The key pairs of test clusters. */
@NullMarked
package io.sluice.testkit.keys;

import org.jspecify.annotations.NullMarked;
