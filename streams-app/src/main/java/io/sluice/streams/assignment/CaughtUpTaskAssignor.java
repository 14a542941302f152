package io.sluice.streams.assignment;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ApplicationState;
import org.apache.kafka.streams.processor.assignment.AssignmentConfigs;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.assignment.TaskAssignor;

/**
 * Leaves every task where it is, as long as its member lives and has caught up. A task without a member goes to a copy
 * that has caught up.
 *
 * <p>Kafka's own assignor deals all tasks out again whenever a member comes or goes, so callers of tasks that nothing
 * happened to wait as well. Here they do not: a task moves to even out the load only in a rebalance in which nobody was
 * lost, and only to a member that has caught up. Whoever has not gets a copy first, to warm up, and another rebalance
 * follows.
 */
public final class CaughtUpTaskAssignor implements TaskAssignor {
    private final Clock clock;

    /** For Kafka Streams, which makes it by its class. */
    public CaughtUpTaskAssignor() {
        this(Clock.systemUTC());
    }

    CaughtUpTaskAssignor(Clock clock) {
        this.clock = clock;
    }

    @Override
    public TaskAssignment assign(ApplicationState application) {
        AssignmentConfigs configs = application.assignmentConfigs();
        SortedMap<ProcessId, MemberTasks> members = new TreeMap<>();
        for (Map.Entry<ProcessId, KafkaStreamsState> state :
                application.kafkaStreamsStates(/* computeTaskLags= */ true).entrySet()) {
            members.put(state.getKey(), new MemberTasks(state.getValue(), configs.acceptableRecoveryLag()));
        }
        SortedMap<TaskId, Boolean> tasks = new TreeMap<>();
        application.allTasks().forEach((task, info) -> tasks.put(task, info.isStateful()));
        AssignmentPlan plan = new AssignmentPlan(
                List.copyOf(members.values()), tasks, configs.numStandbyReplicas(), configs.maxWarmupReplicas());
        boolean finished = plan.make();
        List<KafkaStreamsAssignment> assignments =
                members.values().stream().map(MemberTasks::assignment).toList();
        return new TaskAssignment(finished ? assignments : followedUp(assignments, configs));
    }

    /** One member asks for the next rebalance. */
    private List<KafkaStreamsAssignment> followedUp(
            List<KafkaStreamsAssignment> assignments, AssignmentConfigs configs) {
        List<KafkaStreamsAssignment> followed = new ArrayList<>(assignments);
        followed.set(
                0,
                followed.get(0)
                        .withFollowupRebalance(clock.instant().plusMillis(configs.probingRebalanceIntervalMs())));
        return followed;
    }
}
