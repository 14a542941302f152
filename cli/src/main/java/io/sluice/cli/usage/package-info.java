/** Usage and rankings on the command line. */
@NullMarked
package io.sluice.cli.usage;

import org.jspecify.annotations.NullMarked;
