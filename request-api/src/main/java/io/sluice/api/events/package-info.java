/** What pages of the console are told as it happens. */
@NullMarked
package io.sluice.api.events;

import org.jspecify.annotations.NullMarked;
