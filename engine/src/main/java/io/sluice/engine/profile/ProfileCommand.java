package io.sluice.engine.profile;

import io.sluice.engine.controlplane.Author;

/**
 * A command to change an account.
 *
 * @param commandId identifies this command: sent twice in a row, it counts once
 * @param expectedVersion the version that the author saw. If another command came in between, this one is refused. So
 * each command is valid at one position in the account's order: it takes effect neither twice nor late
 */
public record ProfileCommand(String account, String commandId, long expectedVersion, Author by, ProfileAction action) {}
