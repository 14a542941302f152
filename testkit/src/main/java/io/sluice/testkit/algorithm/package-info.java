/**
 * Every algorithm written down a second time, from its definition: what the kits hold the engine and the cluster to.
 */
@NullMarked
package io.sluice.testkit.algorithm;

import org.jspecify.annotations.NullMarked;
