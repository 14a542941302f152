/** Records by which the control plane steers a partition, and the signature that proves where they come from. */
@NullMarked
package io.sluice.schemas.control;

import org.jspecify.annotations.NullMarked;
