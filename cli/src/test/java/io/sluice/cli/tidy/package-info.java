/** Checks of the repository's own texts: links, lengths and words. */
package io.sluice.cli.tidy;
