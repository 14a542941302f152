/**
 * Every algorithm written down a second time, from its definition: the kits compare the engine and the cluster with it.
 */
@NullMarked
package io.sluice.testkit.algorithm;

import org.jspecify.annotations.NullMarked;
