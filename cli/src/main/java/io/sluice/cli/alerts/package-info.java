/** Alerts and penalties on the command line. */
@NullMarked
package io.sluice.cli.alerts;

import org.jspecify.annotations.NullMarked;
