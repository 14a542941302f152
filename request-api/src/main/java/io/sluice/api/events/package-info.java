/** Server-Sent Events: what open pages of the console get when something changes. */
@NullMarked
package io.sluice.api.events;

import org.jspecify.annotations.NullMarked;
