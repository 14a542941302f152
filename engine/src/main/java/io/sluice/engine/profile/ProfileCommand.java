package io.sluice.engine.profile;

import io.sluice.engine.controlplane.Author;

/**
 * What somebody wants changed about an account.
 *
 * @param commandId tells this command apart: sent twice in a row, it counts once
 * @param expectedVersion the version that the author saw; if another command came in between, this one is refused. So
 *     each is good for one place in the account's order: none counts twice, and none counts late
 */
public record ProfileCommand(String account, String commandId, long expectedVersion, Author by, ProfileAction action) {}
