package io.sluice.streams.admission;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideVoucher;
import io.sluice.schemas.wide.ChargeVoucher;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.schemas.wide.VoucherEnds.VoucherEnd;
import io.sluice.schemas.wide.WideTarget;
import java.util.ArrayList;
import java.util.List;

/** Maps what travels between partitions to the engine's types, and back; total functions. */
final class WideMapping {
    private WideMapping() {}

    static WideTarget target(WideName name, int check) {
        return new WideTarget(name.limitId(), name.scope(), check);
    }

    static WideName name(WideTarget target) {
        return new WideName(target.limitId(), target.scope());
    }

    static OwnerStatement statement(WideStatement statement, int check) {
        WideVoucher voucher = statement.voucher();
        return new OwnerStatement(
                target(statement.name(), check),
                statement.stampMillis(),
                statement.capacity(),
                statement.windowMillis(),
                level(statement.found()),
                level(statement.left()),
                statement.retryAfterMillis() == Algorithm.NEVER ? OwnerStatement.NEVER : statement.retryAfterMillis(),
                statement.cost(),
                voucher == null ? null : wire(voucher),
                statement.lentTokens(),
                statement.lent() == null ? 0 : statement.lent().ttlMillis());
    }

    /** What owners said about each check. */
    static List<WideStatements> byCheck(List<OwnerStatement> statements, int checks) {
        List<List<WideStatement>> byCheck = new ArrayList<>(checks);
        for (int check = 0; check < checks; check++) {
            byCheck.add(new ArrayList<>());
        }
        for (OwnerStatement statement : statements) {
            if (statement.target().check() < checks) {
                byCheck.get(statement.target().check()).add(statement(statement));
            }
        }
        return byCheck.stream().map(WideStatements::of).toList();
    }

    /** The same on the wire. */
    static List<OwnerStatement> wire(List<WideStatements> byCheck) {
        List<OwnerStatement> statements = new ArrayList<>();
        for (int check = 0; check < byCheck.size(); check++) {
            for (WideStatement statement : byCheck.get(check).all()) {
                statements.add(statement(statement, check));
            }
        }
        return statements;
    }

    static WideStatement statement(OwnerStatement statement) {
        ChargeVoucher voucher = statement.voucher();
        return new WideStatement(
                name(statement.target()),
                statement.stampMillis(),
                statement.capacity(),
                statement.windowMillis(),
                level(statement.found()),
                level(statement.left()),
                statement.retryAfterMillis() == OwnerStatement.NEVER ? Algorithm.NEVER : statement.retryAfterMillis(),
                statement.cost(),
                voucher == null ? null : engine(voucher),
                statement.lent() == 0 ? null : new WideStatement.Lent(statement.lent(), statement.lentMillis()));
    }

    private static OwnerStatement.Level level(WideStatement.Level level) {
        return new OwnerStatement.Level(level.remaining(), level.resetAfterMillis(), level.nextTokenMillis());
    }

    private static WideStatement.Level level(OwnerStatement.Level level) {
        return new WideStatement.Level(level.remaining(), level.resetAfterMillis(), level.nextTokenMillis());
    }

    private static ChargeVoucher wire(WideVoucher voucher) {
        return new ChargeVoucher(
                voucher.owner(),
                voucher.offset(),
                voucher.atMillis(),
                voucher.revision(),
                voucher.scope(),
                voucher.tokens());
    }

    private static WideVoucher engine(ChargeVoucher voucher) {
        return new WideVoucher(
                voucher.owner(),
                voucher.offset(),
                voucher.atMillis(),
                voucher.revision(),
                voucher.scope(),
                voucher.tokens());
    }

    static VoucherEnd end(WideEnd end) {
        return new VoucherEnd(end.limitId(), wire(end.voucher()), end.returned(), end.open());
    }

    static WideEnd end(VoucherEnd end) {
        return new WideEnd(end.limitId(), engine(end.voucher()), end.returned(), end.open());
    }
}
