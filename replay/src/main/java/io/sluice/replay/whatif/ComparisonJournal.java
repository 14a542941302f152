package io.sluice.replay.whatif;

import io.sluice.replay.log.LogException;
import io.sluice.replay.run.FactsTree;
import io.sluice.replay.run.RunJournal;
import io.sluice.replay.run.RunWindow;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The comparisons of the partitions that are done, in a {@link RunJournal}. */
public final class ComparisonJournal implements RunJournal.Form<WhatIfPart> {
    private static final int AMOUNTS = 8;

    private ComparisonJournal() {}

    /**
     * Opens a journal, or begins one.
     *
     * @throws LogException if the file is none, or is about another log, another part of it, other rules or bounds
     */
    public static RunJournal<WhatIfPart> open(
            Path file, String log, RunWindow window, WhatIfWork.Rulesets rulesets, WhatIfBounds bounds)
            throws LogException {
        Map<String, String> terms = new TreeMap<>();
        terms.put("base", rulesets.base() == null ? "the log's own rules" : hash(rulesets.base()));
        terms.put("candidate", hash(rulesets.candidate()));
        terms.put("bounds", bounds.toString());
        return RunJournal.open(
                file, new RunJournal.Subject("sluice-comparison", log, window, terms), new ComparisonJournal());
    }

    private static String hash(String activation) {
        try {
            byte[] bytes = activation.getBytes(StandardCharsets.UTF_8);
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int partition(WhatIfPart part) {
        return part.facts().partition();
    }

    @Override
    public Map<String, Object> tree(WhatIfPart part) {
        Comparison comparison = part.comparison();
        Map<String, Object> tree = new LinkedHashMap<>();
        FactsTree.put(tree, part.facts(), part.counters());
        List<Object> matrix = new ArrayList<>();
        new TreeMap<>(comparison.matrix())
                .forEach((row, cell) -> matrix.add(List.of(row.tier(), row.cause(), numbers(cell))));
        tree.put("matrix", matrix);
        List<Object> accounts = new ArrayList<>();
        for (AccountFlips one : comparison.accounts()) {
            List<Long> numbers = new ArrayList<>(numbers(one.newlyDenied()));
            numbers.addAll(numbers(one.newlyAllowed()));
            numbers.addAll(List.of(one.firstMillis(), one.longestRefusedMillis()));
            accounts.add(List.of(one.account(), one.tier(), numbers));
        }
        tree.put("accounts", accounts);
        tree.put("accountsUnlisted", comparison.accountsUnlisted());
        tree.put("allowListedFlips", comparison.allowListedFlips());
        tree.put("leased", numbers(comparison.leased()));
        tree.put("leasedFlips", numbers(comparison.leasedFlips()));
        tree.put("undecided", comparison.undecided());
        tree.put("messages", comparison.messages());
        tree.put("baseShares", shares(comparison.baseShares()));
        tree.put("candidateShares", shares(comparison.candidateShares()));
        tree.put("newlyDenied", samples(comparison.newlyDenied()));
        tree.put("newlyAllowed", samples(comparison.newlyAllowed()));
        return tree;
    }

    private static List<Long> numbers(Amounts amounts) {
        return List.of(amounts.requests(), amounts.cost());
    }

    private static List<Long> numbers(Cell cell) {
        List<Long> numbers = new ArrayList<>(numbers(cell.bothAllow()));
        numbers.addAll(numbers(cell.newlyDenied()));
        numbers.addAll(numbers(cell.newlyAllowed()));
        numbers.addAll(numbers(cell.bothDeny()));
        return numbers;
    }

    private static Map<String, Object> shares(LimitShares shares) {
        Map<String, Object> tree = new TreeMap<>();
        shares.byLimit().forEach((limit, distribution) -> tree.put(limit, distribution.numbers()));
        return tree;
    }

    private static List<Object> samples(List<Sample> samples) {
        List<Object> list = new ArrayList<>();
        samples.forEach(sample -> list.add(List.of(text(sample.base()), text(sample.candidate()))));
        return list;
    }

    private static String text(RecordedVerdict verdict) {
        return new String(DecisionCodec.encode(verdict.source()), StandardCharsets.UTF_8);
    }

    @Override
    public WhatIfPart read(Map<?, ?> tree) throws WireException {
        Map<MatrixRow, Cell> matrix = new TreeMap<>();
        for (Object item : list(tree.get("matrix"))) {
            List<?> row = list(item, /* size= */ 3);
            matrix.put(new MatrixRow(text(row.get(0)), text(row.get(1))), cell(numbers(row.get(2))));
        }
        List<AccountFlips> accounts = new ArrayList<>();
        for (Object item : list(tree.get("accounts"))) {
            List<?> row = list(item, /* size= */ 3);
            long[] numbers = numbers(row.get(2));
            accounts.add(new AccountFlips(
                    text(row.get(0)),
                    text(row.get(1)),
                    new Amounts(numbers[0], numbers[1]),
                    new Amounts(numbers[2], numbers[3]),
                    numbers[4],
                    numbers[5]));
        }
        Comparison comparison = new Comparison(
                matrix,
                accounts,
                FactsTree.number(tree, "accountsUnlisted"),
                FactsTree.number(tree, "allowListedFlips"),
                amounts(tree.get("leased")),
                amounts(tree.get("leasedFlips")),
                FactsTree.number(tree, "undecided"),
                FactsTree.number(tree, "messages"),
                WideOrder.NONE,
                shares(tree.get("baseShares")),
                shares(tree.get("candidateShares")),
                samples(tree.get("newlyDenied")),
                samples(tree.get("newlyAllowed")));
        return new WhatIfPart(FactsTree.facts(tree), FactsTree.counters(tree), comparison);
    }

    private static List<?> list(@Nullable Object item) throws WireException {
        if (item instanceof List<?> list) {
            return list;
        }
        throw new WireException("", item + " (expected: a list)");
    }

    private static List<?> list(@Nullable Object item, int size) throws WireException {
        List<?> list = list(item);
        if (list.size() != size) {
            throw new WireException("", item + " (expected: " + size + " items)");
        }
        return list;
    }

    private static String text(@Nullable Object item) throws WireException {
        if (item instanceof String text) {
            return text;
        }
        throw new WireException("", item + " (expected: a text)");
    }

    private static long[] numbers(@Nullable Object item) throws WireException {
        List<?> list = list(item);
        long[] numbers = new long[Math.max(AMOUNTS, list.size())];
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof Long number)) {
                throw new WireException("", list.get(i) + " (expected: a whole number)");
            }
            numbers[i] = number;
        }
        return numbers;
    }

    private static Amounts amounts(@Nullable Object item) throws WireException {
        long[] numbers = numbers(item);
        return new Amounts(numbers[0], numbers[1]);
    }

    private static Cell cell(long[] numbers) {
        return new Cell(
                new Amounts(numbers[0], numbers[1]),
                new Amounts(numbers[2], numbers[3]),
                new Amounts(numbers[4], numbers[5]),
                new Amounts(numbers[6], numbers[7]));
    }

    private static LimitShares shares(@Nullable Object item) throws WireException {
        Map<String, ShareDistribution> byLimit = new TreeMap<>();
        if (item instanceof Map<?, ?> limits) {
            for (Map.Entry<?, ?> limit : limits.entrySet()) {
                byLimit.put(text(limit.getKey()), ShareDistribution.of(numbers(limit.getValue())));
            }
        }
        return new LimitShares(byLimit);
    }

    private static List<Sample> samples(@Nullable Object item) throws WireException {
        List<Sample> samples = new ArrayList<>();
        for (Object each : list(item)) {
            List<?> pair = list(each, /* size= */ 2);
            samples.add(new Sample(verdict(pair.get(0)), verdict(pair.get(1))));
        }
        return samples;
    }

    private static RecordedVerdict verdict(@Nullable Object item) throws WireException {
        RecordedVerdict verdict =
                RecordedVerdict.of(DecisionCodec.read(text(item).getBytes(StandardCharsets.UTF_8)));
        if (verdict == null) {
            throw new WireException("", "a record without a verdict (expected: a sample)");
        }
        return verdict;
    }
}
