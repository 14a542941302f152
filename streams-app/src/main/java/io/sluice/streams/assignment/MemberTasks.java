package io.sluice.streams.assignment;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment.AssignedTask;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;

/** The tasks of one instance in an assignment that is being made: those that it had, and those that it gets. */
final class MemberTasks {
    /** Kafka's mark for a task that the member runs, in place of its lag. */
    static final long RUNNING = -2;

    private final KafkaStreamsState before;
    private final long caughtUpRecordsMax;
    private final Duration age;
    private final SortedSet<TaskId> active = new TreeSet<>();
    private final SortedSet<TaskId> standby = new TreeSet<>();

    /**
     * A member that has nothing yet.
     *
     * @param before what it had
     * @param caughtUpRecordsMax how far behind a copy may be to count as caught up
     * @param age for how long its process has been running
     */
    MemberTasks(KafkaStreamsState before, long caughtUpRecordsMax, Duration age) {
        this.before = before;
        this.caughtUpRecordsMax = caughtUpRecordsMax;
        this.age = age;
    }

    boolean isSettled() {
        return age.compareTo(CaughtUpTaskAssignor.SETTLED_AFTER) >= 0;
    }

    /**
     * Whether it may relieve another one: a process that has just started decides its first requests slowly. Those of a
     * deployment that starts as a whole are all alike.
     */
    boolean mayRelieve(MemberTasks busy) {
        return isSettled() || age.plus(CaughtUpTaskAssignor.TOGETHER_WITHIN).compareTo(busy.age) >= 0;
    }

    boolean hadActive(TaskId task) {
        return before.previousActiveTasks().contains(task);
    }

    boolean hadStandby(TaskId task) {
        return before.previousStandbyTasks().contains(task);
    }

    /** Whether it could decide the task's requests without a restore that callers notice. */
    boolean hasCaughtUp(TaskId task) {
        long lag = lag(task);
        return lag == RUNNING || lag >= 0 && lag <= caughtUpRecordsMax;
    }

    /** How many records it would have to restore; the most that there can be if nobody knows. */
    long recordsBehind(TaskId task) {
        long lag = lag(task);
        if (lag == RUNNING) {
            return 0;
        }
        if (lag >= 0) {
            return lag;
        }
        // Where Kafka could not look: some state is better than none.
        return hadStandby(task) ? Long.MAX_VALUE - 1 : Long.MAX_VALUE;
    }

    private long lag(TaskId task) {
        Long lag = before.statefulTasksToLagSums().get(task);
        // A task without state has nothing to catch up with.
        return lag == null ? 0 : lag;
    }

    SortedSet<TaskId> active() {
        return active;
    }

    SortedSet<TaskId> standby() {
        return standby;
    }

    /** Whether it has the task in either role. */
    boolean has(TaskId task) {
        return active.contains(task) || standby.contains(task);
    }

    void activate(TaskId task) {
        active.add(task);
    }

    void deactivate(TaskId task) {
        active.remove(task);
    }

    void copy(TaskId task) {
        standby.add(task);
    }

    private int threads() {
        return Math.max(1, before.numProcessingThreads());
    }

    void drop(TaskId task) {
        standby.remove(task);
    }

    double activeLoad() {
        return (double) active.size() / threads();
    }

    double load() {
        return (double) (active.size() + standby.size()) / threads();
    }

    /** Whether this one would have more to do than another one that takes one of its active tasks. */
    boolean isBusierThan(MemberTasks other) {
        return (double) (active.size() - 1) / threads() >= (double) (other.active.size() + 1) / other.threads();
    }

    /** The same with copies. */
    boolean hasMoreThan(MemberTasks other) {
        return (double) (active.size() + standby.size() - 1) / threads()
                >= (double) (other.active.size() + other.standby.size() + 1) / other.threads();
    }

    KafkaStreamsAssignment assignment() {
        Set<AssignedTask> tasks = new HashSet<>();
        active.forEach(task -> tasks.add(new AssignedTask(task, AssignedTask.Type.ACTIVE)));
        standby.forEach(task -> tasks.add(new AssignedTask(task, AssignedTask.Type.STANDBY)));
        return KafkaStreamsAssignment.of(before.processId(), tasks);
    }
}
