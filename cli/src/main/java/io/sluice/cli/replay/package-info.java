/** Commands that export the log and run it again. */
@NullMarked
package io.sluice.cli.replay;

import org.jspecify.annotations.NullMarked;
