/** The console's files on the admin port. */
@NullMarked
package io.sluice.api.console;

import org.jspecify.annotations.NullMarked;
