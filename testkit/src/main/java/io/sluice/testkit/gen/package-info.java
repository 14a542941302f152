/** Seeded traffic and the records that must be refused. */
@NullMarked
package io.sluice.testkit.gen;

import org.jspecify.annotations.NullMarked;
