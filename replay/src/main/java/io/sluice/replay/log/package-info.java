/** The log as it is read: from a cluster, or from exported files. */
@NullMarked
package io.sluice.replay.log;

import org.jspecify.annotations.NullMarked;
