package io.sluice.cli.simulation;

import io.sluice.engine.state.LogPosition;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.SignedKind;
import io.sluice.streams.topology.Names;
import io.sluice.testkit.keys.TestKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The brokers, the consumer group and its apps: who has which partition, and what is committed. */
final class SimulatedCluster {
    private final World world;
    private final RequestLog log;
    private final ReplyTopic replies;
    private final SplittableRandom random;
    private final List<SimulatedApp> apps = new ArrayList<>();
    private final List<List<Change>> changelogs = new ArrayList<>();
    private final List<OutputRecord> committed = new ArrayList<>();
    private final long[] groupOffsets = new long[World.REQUEST_PARTITIONS];
    private final long[] delayedUntilMillis = new long[World.REQUEST_PARTITIONS];
    private final Map<Integer, LogPosition> committedPositions = new TreeMap<>();

    SimulatedCluster(World world) {
        this.world = world;
        this.random = world.chance();
        this.log = new RequestLog(world);
        this.replies = new ReplyTopic(world);
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            changelogs.add(new ArrayList<>());
        }
        for (int number = 0; number < World.APPS; number++) {
            apps.add(new SimulatedApp(world, this, number));
        }
    }

    RequestLog log() {
        return log;
    }

    ReplyTopic replies() {
        return replies;
    }

    List<SimulatedApp> apps() {
        return apps;
    }

    /** Everything that was committed, in the order of the commits. */
    List<OutputRecord> committed() {
        return committed;
    }

    List<Change> changelog(int partition) {
        return changelogs.get(partition);
    }

    boolean isDelayed(int partition) {
        return world.nowMillis() < delayedUntilMillis[partition];
    }

    void delay(int partition, long millis) {
        delayedUntilMillis[partition] = world.nowMillis() + millis;
    }

    void endDelays() {
        Arrays.fill(delayedUntilMillis, 0);
    }

    /** Each app's own loops: polls, commits, clean-up, standbys. */
    void start() {
        for (SimulatedApp app : apps) {
            loop(2, 30, app::poll);
            loop(60, 200, () -> commit(app));
            loop(900, 1_100, app::punctuate);
            loop(50, 400, () -> follow(app));
        }
        loop(20, 60, this::assign);
        assign();
    }

    private void loop(int millisMin, int millisMax, Runnable step) {
        world.events.after(millisMin + random.nextInt(millisMax - millisMin), () -> {
            step.run();
            loop(millisMin, millisMax, step);
        });
    }

    private void follow(SimulatedApp app) {
        if (app.isRunning()) {
            app.standbys.values().forEach(standby -> standby.follow(random.nextInt(40)));
        }
    }

    /** Gives every partition that nobody has to an app that is alive: to the one whose copy is the best. */
    private void assign() {
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            int wanted = partition;
            if (apps.stream().noneMatch(app -> app.tasks.containsKey(wanted))) {
                apps.stream()
                        .filter(SimulatedApp::isRunning)
                        .max(Comparator.comparingInt((SimulatedApp app) -> restored(app, wanted))
                                .thenComparingInt(app -> -app.tasks.size()))
                        .ifPresent(app -> take(app, wanted));
            }
        }
    }

    private static int restored(SimulatedApp app, int partition) {
        SimulatedTask standby = app.standbys.get(partition);
        return standby == null ? 0 : standby.restored();
    }

    private void take(SimulatedApp app, int partition) {
        SimulatedTask standby = app.standbys.remove(partition);
        SimulatedTask task =
                standby == null ? new SimulatedTask(app, partition, changelogs.get(partition), app.config()) : standby;
        boolean isCopy = standby != null && standby.restored() > 0;
        if (isCopy && standby.lag() > 0) {
            world.note(Occurrence.STANDBY_TOOK_OVER, "partition " + partition + " at app " + app.number);
        } else if (!isCopy && !changelogs.get(partition).isEmpty()) {
            world.note(Occurrence.STORE_RESTORED, "partition " + partition + " at app " + app.number);
        }
        long from = groupOffsets[partition];
        if (from > 0 && random.nextInt(8) == 0) {
            from = Math.max(0, from - 1 - random.nextInt(40));
            world.note(Occurrence.OFFSETS_MOVED_BACK, "partition " + partition + " to " + from);
        }
        task.activate(from, app.config());
        requireCommitted(task);
        app.tasks.put(partition, task);
        world.trace.add("app " + app.number + " has partition " + partition + " from " + from);
        copyAtAnother(app, partition);
    }

    private void copyAtAnother(SimulatedApp owner, int partition) {
        boolean hasCopy = apps.stream().anyMatch(app -> app.standbys.containsKey(partition));
        List<SimulatedApp> others =
                apps.stream().filter(app -> app != owner && app.isRunning()).toList();
        if (!hasCopy && !others.isEmpty()) {
            SimulatedApp other = others.get(random.nextInt(others.size()));
            other.standbys.put(
                    partition, new SimulatedTask(other, partition, changelogs.get(partition), other.config()));
        }
    }

    /** A task starts with exactly what the last commit left: the state that there would be without any crash. */
    private void requireCommitted(SimulatedTask task) {
        LogPosition wanted = committedPositions.getOrDefault(task.partition, LogPosition.BEGINNING);
        LogPosition found = task.store.position();
        if (!found.equals(wanted)) {
            throw new AssertionError(
                    "partition " + task.partition + " starts at " + found + ", but its last commit left " + wanted);
        }
    }

    void commit(SimulatedApp app) {
        if (!app.isRunning() || app.transaction.isEmpty()) {
            return;
        }
        app.flush();
        if (app.armed == Occurrence.CRASH_BEFORE_COMMIT) {
            crash(app, Occurrence.CRASH_BEFORE_COMMIT);
            return;
        }
        Transaction transaction = app.transaction;
        transaction.changes.forEach(
                (partition, changes) -> changelogs.get(partition).addAll(changes));
        committed.addAll(transaction.outputs);
        transaction.offsets.forEach((partition, offset) -> groupOffsets[partition] = offset);
        app.tasks.values().forEach(this::noteCommitted);
        world.trace.add("app " + app.number + " committed " + transaction.offsets);
        app.transaction = new Transaction();
        replies.transactionEnded(app, /* isAborted= */ false);
        if (app.armed == Occurrence.CRASH_AFTER_COMMIT) {
            crash(app, Occurrence.CRASH_AFTER_COMMIT);
        }
    }

    private void noteCommitted(SimulatedTask task) {
        LogPosition position = task.store.position();
        long groupOffset = groupOffsets[task.partition];
        if (position.offset() < groupOffset - 1 && world.defect == Defect.NONE) {
            throw new AssertionError("partition " + task.partition + ": offset " + groupOffset
                    + " is committed, but the state is that of " + position);
        }
        committedPositions.put(task.partition, position);
    }

    private void abort(SimulatedApp app) {
        if (world.defect == Defect.DECISIONS_SURVIVE_ABORT) {
            app.transaction.outputs.stream()
                    .filter(output -> output.sink().equals(Names.DECISIONS_SINK))
                    .forEach(committed::add);
        }
        app.transaction = new Transaction();
        replies.transactionEnded(app, /* isAborted= */ true);
    }

    /** The process dies; another app has its partitions when its session is over. */
    void crash(SimulatedApp app, Occurrence how) {
        world.note(how, "app " + app.number);
        app.armed = null;
        app.isAlive = false;
        app.loseReplies();
        app.closeLostTasks();
        closeAll(app);
        app.standbys.clear();
        world.events.after(200 + random.nextInt(3_000), () -> restart(app));
    }

    private void closeAll(SimulatedApp app) {
        app.tasks.values().forEach(SimulatedTask::closeDirty);
        app.tasks.clear();
        abort(app);
    }

    private void restart(SimulatedApp app) {
        app.isAlive = true;
        world.trace.add("app " + app.number + " is back");
    }

    /** The transaction is aborted, and the app goes on: Streams starts the same tasks again. */
    void abortAndRevive(SimulatedApp app) {
        app.flushReplies();
        // Closing flushes nothing into the next transaction.
        Transaction aborted = app.transaction;
        for (SimulatedTask task : app.tasks.values()) {
            task.revive(groupOffsets[task.partition]);
        }
        app.transaction = aborted;
        abort(app);
        app.tasks.values().forEach(this::requireCommitted);
    }

    /**
     * The process stands still for longer than its session: others have its partitions when it goes on. It then decides
     * what it had read, and answers, before it learns that.
     */
    void fence(SimulatedApp app, long millis) {
        world.note(Occurrence.APP_FENCED, "app " + app.number + " for " + millis);
        app.armed = null;
        app.pausedUntilMillis = world.nowMillis() + millis;
        app.loseTasks();
        abort(app);
        world.events.after(millis, app::decideLostTasks);
    }

    void pause(SimulatedApp app, long millis) {
        world.note(Occurrence.APP_PAUSED, "app " + app.number + " for " + millis);
        app.pausedUntilMillis = world.nowMillis() + millis;
    }

    /** A planned move: the one commits and closes, the other goes on from there. */
    void move(int partition) {
        SimulatedApp from = ownerOf(partition);
        List<SimulatedApp> others =
                apps.stream().filter(app -> app != from && app.isRunning()).toList();
        if (from == null || !from.isRunning() || others.isEmpty()) {
            return;
        }
        commit(from);
        SimulatedTask task = from.tasks.get(partition);
        if (task == null || !from.transaction.isEmpty()) {
            return;
        }
        from.tasks.remove(partition);
        task.closeClean();
        apps.forEach(app -> app.standbys.remove(partition));
        SimulatedApp to = others.get(random.nextInt(others.size()));
        world.note(Occurrence.PARTITION_MOVED, "partition " + partition + " to app " + to.number);
        from.standbys.put(partition, task);
        take(to, partition);
    }

    private @Nullable SimulatedApp ownerOf(int partition) {
        return apps.stream()
                .filter(app -> app.tasks.containsKey(partition))
                .findFirst()
                .orElse(null);
    }

    /** An app writes its own time into a partition: beside its transaction, some milliseconds later, or never. */
    void writeMark(SimulatedApp app, int partition, String reason) {
        if (random.nextInt(6) == 0) {
            world.note(Occurrence.CLOCK_MARK_LOST, "partition " + partition);
            return;
        }
        ClockMark mark = new ClockMark(partition, app.clockMillis(), ClockMark.STREAMS_APP, reason);
        byte[] value = RequestCodec.encode(TestKeys.RULES.sign(SignedKind.CLOCK_MARK, ClockMarkCodec.encode(mark)));
        world.events.after(1 + random.nextInt(20), () -> {
            world.note(Occurrence.CLOCK_MARK_WRITTEN, "partition " + partition);
            log.append(partition, null, value);
        });
    }

    /** Whether every record is decided, and that is committed; and whether no lease has tokens of shared buckets. */
    boolean isQuiet() {
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            SimulatedApp owner = ownerOf(partition);
            if (groupOffsets[partition] <= log.lastOffset(partition)
                    || owner == null
                    || !owner.transaction.isEmpty()
                    || owner.hasUnsentMessages()
                    || openVouchers(owner, partition) > 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether leases have tokens of buckets that all accounts share, or requests are on the road. */
    boolean hasOpenVouchers() {
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            SimulatedApp owner = ownerOf(partition);
            if (owner != null && openVouchers(owner, partition) > 0) {
                return true;
            }
        }
        return false;
    }

    private static long openVouchers(SimulatedApp owner, int partition) {
        SimulatedTask task = owner.tasks.get(partition);
        return task == null ? 0 : task.store.openVouchers();
    }

    /** Ends all faults. */
    void heal() {
        endDelays();
        for (SimulatedApp app : apps) {
            app.armed = null;
            app.pausedUntilMillis = 0;
        }
    }
}
