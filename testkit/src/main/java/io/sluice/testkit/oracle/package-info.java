/** What must have happened according to the log, derived anew from the request topic. */
@NullMarked
package io.sluice.testkit.oracle;

import org.jspecify.annotations.NullMarked;
