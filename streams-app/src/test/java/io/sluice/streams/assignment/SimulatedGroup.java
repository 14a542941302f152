package io.sluice.streams.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ApplicationState;
import org.apache.kafka.streams.processor.assignment.AssignmentConfigs;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment.AssignedTask;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.assignment.TaskAssignor.TaskAssignment;
import org.apache.kafka.streams.processor.assignment.TaskInfo;
import org.apache.kafka.streams.processor.assignment.TaskTopicPartition;
import org.apache.kafka.streams.state.HostInfo;

/** A group of one thread each, whose members remember what they were given, and how far their copies are. */
final class SimulatedGroup {
    private static final long BEHIND = 50_000;
    private static final long UNKNOWN = -3;
    private static final int REBALANCES_MAX = 60;
    private static final AssignmentConfigs CONFIGS =
            new AssignmentConfigs(1_000, 2, 1, 60_000, List.of(), OptionalInt.empty(), OptionalInt.empty(), "none");

    private final int tasks;
    private final Map<String, SimulatedMember> members = new TreeMap<>();
    private Instant now = Instant.ofEpochSecond(1_000_000);
    private Map<Integer, String> lastOwners = Map.of();
    private Set<Integer> takenOverByCopies = Set.of();
    private int unprepared;
    private boolean lagsKnown = true;
    private boolean isNew = true;

    SimulatedGroup(int tasks) {
        this.tasks = tasks;
    }

    private static final class SimulatedMember {
        private final Set<Integer> active = new TreeSet<>();
        private final Set<Integer> standby = new TreeSet<>();
        private final Set<Integer> caughtUp = new TreeSet<>();
        /** What it had caught up with before it was assigned anything. */
        private final Set<Integer> prepared = new TreeSet<>();

        private final Instant started;

        SimulatedMember(Instant started) {
            this.started = started;
        }
    }

    void join(String... names) {
        for (String name : names) {
            members.put(name, new SimulatedMember(now));
        }
    }

    /** A member that has its state on disk, and so is not behind. */
    void comeBack(String name) {
        join(name);
        IntStream.range(0, tasks).forEach(members.get(name).caughtUp::add);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    void lose(String name) {
        members.remove(name);
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    int size() {
        return members.size();
    }

    int tasks() {
        return tasks;
    }

    Set<Integer> active(String name) {
        return Set.copyOf(members.get(name).active);
    }

    Set<Integer> standby(String name) {
        return Set.copyOf(members.get(name).standby);
    }

    boolean wasTakenOverByACopy(int task) {
        return takenOverByCopies.contains(task);
    }

    /** How often a task left a member that had caught up for one that had not. */
    int movedUnprepared() {
        return unprepared;
    }

    void forgetLags() {
        lagsKnown = false;
    }

    /** Every copy restores what there is. */
    void catchUp() {
        members.values().forEach(member -> member.caughtUp.addAll(member.standby));
    }

    /** Rebalances follow until none is asked for. */
    void settle() {
        for (int i = 0; i < REBALANCES_MAX; i++) {
            catchUp();
            if (rebalance()) {
                return;
            }
            pass(Duration.ofMillis(CONFIGS.probingRebalanceIntervalMs()));
        }
        throw new AssertionError("no rest after " + REBALANCES_MAX + " rebalances: " + lastOwners);
    }

    int skew() {
        return members.values().stream()
                        .mapToInt(member -> member.active.size())
                        .max()
                        .orElse(0)
                - members.values().stream()
                        .mapToInt(member -> member.active.size())
                        .min()
                        .orElse(0);
    }

    /** Tasks that have exactly one copy. */
    int copies() {
        return (int) IntStream.range(0, tasks)
                .filter(task -> members.values().stream()
                                .filter(member -> member.standby.contains(task))
                                .count()
                        == 1)
                .count();
    }

    /**
     * Has the assignor assign, and applies it; whether no rebalance has to follow. A task that a living member gives up
     * is revoked first, and assigned by a second rebalance.
     */
    boolean rebalance() {
        TaskAssignment assignment = new CaughtUpTaskAssignor(Clock.fixed(now, ZoneOffset.UTC)).assign(state());
        Map<Integer, String> owners = new TreeMap<>();
        for (KafkaStreamsAssignment one : assignment.assignment()) {
            for (AssignedTask task : one.tasks().values()) {
                if (task.type() == AssignedTask.Type.ACTIVE) {
                    int number = task.id().partition();
                    assertThat(owners.put(number, nameOf(one.processId())))
                            .as("other owner of task %s", number)
                            .isNull();
                }
            }
        }
        assertThat(owners).hasSize(tasks);
        Set<Integer> revoked = new HashSet<>();
        owners.forEach((task, owner) -> members.forEach((name, member) -> {
            if (!name.equals(owner) && member.active.contains(task)) {
                revoked.add(task);
            }
        }));
        assignment.assignment().forEach(one -> apply(one, revoked));
        if (!revoked.isEmpty()) {
            return rebalance();
        }
        noteMoves(owners);
        isNew = false;
        return assignment.assignment().stream()
                .noneMatch(one -> one.followupRebalanceDeadline().isPresent());
    }

    private void noteMoves(Map<Integer, String> owners) {
        Set<Integer> byCopies = new HashSet<>();
        owners.forEach((task, owner) -> {
            String last = lastOwners.get(task);
            if (last != null && !last.equals(owner)) {
                boolean prepared = members.get(owner).prepared.contains(task);
                if (prepared) {
                    byCopies.add(task);
                }
                boolean lost = !members.containsKey(last);
                unprepared += lost || prepared ? 0 : 1;
            }
        });
        members.values().forEach(member -> member.prepared.clear());
        takenOverByCopies = byCopies;
        lastOwners = owners;
    }

    private void apply(KafkaStreamsAssignment assignment, Set<Integer> revoked) {
        SimulatedMember member = members.get(nameOf(assignment.processId()));
        member.prepared.addAll(member.caughtUp);
        member.active.clear();
        member.standby.clear();
        for (AssignedTask task : assignment.tasks().values()) {
            int number = task.id().partition();
            if (task.type() == AssignedTask.Type.STANDBY) {
                member.standby.add(number);
            } else if (!revoked.contains(number)) {
                member.active.add(number);
                // It is restored before its requests are decided.
                member.caughtUp.add(number);
            }
        }
        // What is not assigned any more is soon behind.
        member.caughtUp.removeIf(
                task -> !revoked.contains(task) && !member.active.contains(task) && !member.standby.contains(task));
    }

    private ApplicationState state() {
        Map<ProcessId, KafkaStreamsState> states = new HashMap<>();
        members.forEach((name, member) -> states.put(idOf(name), new State(name, member)));
        Map<TaskId, TaskInfo> infos = new HashMap<>();
        IntStream.range(0, tasks)
                .forEach(task -> infos.put(new TaskId(0, task), new StatefulTask(new TaskId(0, task))));
        return new ApplicationState() {
            @Override
            public Map<ProcessId, KafkaStreamsState> kafkaStreamsStates(boolean computeTaskLags) {
                return states;
            }

            @Override
            public AssignmentConfigs assignmentConfigs() {
                return CONFIGS;
            }

            @Override
            public Map<TaskId, TaskInfo> allTasks() {
                return infos;
            }
        };
    }

    private static ProcessId idOf(String name) {
        return new ProcessId(new UUID(name.charAt(0), 0));
    }

    private static String nameOf(ProcessId id) {
        return String.valueOf((char) id.id().getMostSignificantBits());
    }

    /** One with a store. */
    private record StatefulTask(TaskId id) implements TaskInfo {
        @Override
        public boolean isStateful() {
            return true;
        }

        @Override
        public Set<String> stateStoreNames() {
            return Set.of("store");
        }

        @Override
        public Set<TaskTopicPartition> topicPartitions() {
            return Set.of();
        }
    }

    /** What one member says of itself. */
    private final class State implements KafkaStreamsState {
        private final String name;
        private final SimulatedMember member;

        State(String name, SimulatedMember member) {
            this.name = name;
            this.member = member;
        }

        @Override
        public ProcessId processId() {
            return idOf(name);
        }

        @Override
        public int numProcessingThreads() {
            return 1;
        }

        @Override
        public SortedSet<String> consumerClientIds() {
            return new TreeSet<>(Set.of(name));
        }

        @Override
        public SortedSet<TaskId> previousActiveTasks() {
            return ids(member.active);
        }

        @Override
        public SortedSet<TaskId> previousStandbyTasks() {
            return ids(member.standby);
        }

        private static SortedSet<TaskId> ids(Set<Integer> tasks) {
            return tasks.stream().map(task -> new TaskId(0, task)).collect(Collectors.toCollection(TreeSet::new));
        }

        @Override
        public long lagFor(TaskId task) {
            if (!lagsKnown) {
                return UNKNOWN;
            }
            if (member.active.contains(task.partition())) {
                return MemberTasks.RUNNING;
            }
            return isNew || member.caughtUp.contains(task.partition()) ? 0 : BEHIND;
        }

        @Override
        public SortedSet<TaskId> prevTasksByLag(String consumerClientId) {
            return ids(member.active);
        }

        @Override
        public Map<TaskId, Long> statefulTasksToLagSums() {
            return IntStream.range(0, tasks)
                    .mapToObj(task -> new TaskId(0, task))
                    .collect(Collectors.toMap(task -> task, this::lagFor));
        }

        @Override
        public Optional<HostInfo> hostInfo() {
            return Optional.empty();
        }

        @Override
        public Map<String, String> clientTags() {
            return Map.of(CaughtUpTaskAssignor.STARTED_TAG, Long.toString(member.started.getEpochSecond()));
        }

        @Override
        public Optional<String> rackId() {
            return Optional.empty();
        }
    }
}
