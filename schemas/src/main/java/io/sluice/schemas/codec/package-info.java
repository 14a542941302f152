/** Hand-written streaming JSON codecs, one for each family of records. */
@NullMarked
package io.sluice.schemas.codec;

import org.jspecify.annotations.NullMarked;
