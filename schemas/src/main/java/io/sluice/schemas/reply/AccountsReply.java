package io.sluice.schemas.reply;

import java.util.List;

/**
 * Accounts of one partition whose names begin in a way that was asked for.
 *
 * @param partition the partition
 * @param accounts their names, in the order of their bytes
 */
public record AccountsReply(String correlationId, int partition, List<String> accounts) implements Reply {
    public AccountsReply {
        accounts = List.copyOf(accounts);
    }
}
