package io.sluice.testkit.gen;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.request.ControlRecord;

/** Signed control records that change an account. */
public final class AccountCommandSamples {
    private AccountCommandSamples() {}

    /** A command by the testkit; its command ID is made of its account and version. */
    public static AccountCommand of(String account, long expectedVersion, AccountCommand.Action action) {
        String commandId = account + "-" + expectedVersion;
        return new AccountCommand(account, commandId, "testkit", "a test", expectedVersion, action, null);
    }

    public static ControlRecord signed(SigningKey key, AccountCommand command) {
        return key.sign(SignedKind.ACCOUNT_COMMAND, AccountCommandCodec.encode(command));
    }
}
