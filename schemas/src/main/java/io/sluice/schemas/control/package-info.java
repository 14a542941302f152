/** Control records, which steer a partition, and the signatures that prove their origin. */
@NullMarked
package io.sluice.schemas.control;

import org.jspecify.annotations.NullMarked;
