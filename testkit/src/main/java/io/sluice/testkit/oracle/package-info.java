/** What the log says must have happened, derived anew from the request topic. */
@NullMarked
package io.sluice.testkit.oracle;

import org.jspecify.annotations.NullMarked;
