/** Ruleset files: read, checked, put in force. */
@NullMarked
package io.sluice.cli.rules;

import org.jspecify.annotations.NullMarked;
