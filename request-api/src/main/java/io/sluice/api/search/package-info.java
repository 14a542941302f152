/** Pages of records over HTTP. */
@NullMarked
package io.sluice.api.search;

import org.jspecify.annotations.NullMarked;
