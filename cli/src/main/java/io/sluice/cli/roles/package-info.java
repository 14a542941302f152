/** The roles that run apart: streams app and request API. */
@NullMarked
package io.sluice.cli.roles;

import org.jspecify.annotations.NullMarked;
