/** A broker for one test class, and whole topics in and out. */
@NullMarked
package io.sluice.testkit.broker;

import org.jspecify.annotations.NullMarked;
