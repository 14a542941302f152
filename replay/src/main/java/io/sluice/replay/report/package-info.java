/** Results as text, JSON and one HTML page. */
@NullMarked
package io.sluice.replay.report;

import org.jspecify.annotations.NullMarked;
