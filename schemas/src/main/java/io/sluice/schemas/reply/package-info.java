/** The replies of Sluice to callers, and its decision records for analysts. */
@NullMarked
package io.sluice.schemas.reply;

import org.jspecify.annotations.NullMarked;
