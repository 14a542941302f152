/** The admin port from the command line: how it is reached, and the keys that open it. */
@NullMarked
package io.sluice.cli.admin;

import org.jspecify.annotations.NullMarked;
