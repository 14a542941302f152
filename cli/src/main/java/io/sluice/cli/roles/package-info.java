/** Commands that start one role each, such as the streams app or the request API. */
@NullMarked
package io.sluice.cli.roles;

import org.jspecify.annotations.NullMarked;
