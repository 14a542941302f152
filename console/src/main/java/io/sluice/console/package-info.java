/** The operators' console: files for the browser, and what a server has to say with them. */
@NullMarked
package io.sluice.console;

import org.jspecify.annotations.NullMarked;
