/** Reading topics of Sluice so that no record can stop the reader. */
@NullMarked
package io.sluice.topics;

import org.jspecify.annotations.NullMarked;
