/** Commands that run the log again, and keep it. */
@NullMarked
package io.sluice.cli.replay;

import org.jspecify.annotations.NullMarked;
