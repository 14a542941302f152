/** sluice dev: broker, streams app and request API in one JVM. */
@NullMarked
package io.sluice.cli.dev;

import org.jspecify.annotations.NullMarked;
