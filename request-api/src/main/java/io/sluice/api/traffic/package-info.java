/** What this front end answered, second by second, for whoever watches it. */
@NullMarked
package io.sluice.api.traffic;

import org.jspecify.annotations.NullMarked;
