/** What Sluice answers: verdicts and quota reports to the caller, decisions to analysts. */
@NullMarked
package io.sluice.schemas.reply;

import org.jspecify.annotations.NullMarked;
