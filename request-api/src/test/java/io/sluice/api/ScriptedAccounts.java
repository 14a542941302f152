package io.sluice.api;

import io.sluice.client.accounts.AccountAdmin;
import io.sluice.schemas.account.AccountCommand;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Accounts that answer as they are told. */
final class ScriptedAccounts implements AccountAdmin {
    Answer next = new Unavailable("nothing scripted");

    @Nullable AccountCommand lastCommand;

    @Override
    public CompletableFuture<Answer> profile(String account) {
        return CompletableFuture.completedFuture(next);
    }

    @Override
    public CompletableFuture<Answer> change(AccountCommand command) {
        lastCommand = command;
        return CompletableFuture.completedFuture(next);
    }
}
