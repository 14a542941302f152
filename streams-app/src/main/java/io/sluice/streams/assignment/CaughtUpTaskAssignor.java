package io.sluice.streams.assignment;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ApplicationState;
import org.apache.kafka.streams.processor.assignment.AssignmentConfigs;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.assignment.TaskAssignor;

/**
 * A task assignor that leaves every task where it is while its member lives and has caught up. A task without a
 * member goes to a copy that has caught up.
 *
 * <p>Kafka's own assignor assigns all tasks again whenever a member comes or goes, so callers of unaffected tasks
 * wait as well. Here a task moves to balance the load only in a rebalance in which no member was lost, and only to a
 * member that has caught up. A member that has not gets a copy first, and another rebalance follows.
 *
 * <p>A process that has just started gets copies, but takes over tasks of running members only {@link #SETTLED_AFTER}
 * later, because its JVM is cold. A task that moved to it at once had no member for four seconds instead of one and a
 * half, and the requests of that time were decided too late for their callers. Each member says when it started, by a
 * client tag. A clock that is wrong only moves the time of that rebalance.
 */
public final class CaughtUpTaskAssignor implements TaskAssignor {
    /** The client tag with the time at which a process started, in seconds since 1970. */
    static final String STARTED_TAG = "started";

    /** Twice what a process needs from its start until it is ready. */
    static final Duration SETTLED_AFTER = Duration.ofSeconds(30);

    /** Processes that start within this time of each other are as cold as each other. */
    static final Duration TOGETHER_WITHIN = Duration.ofSeconds(10);

    private static final Duration UNKNOWN_AGE = Duration.ofDays(36_500);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,15}");

    private final Clock clock;

    /** For Kafka Streams, which makes it by its class. */
    public CaughtUpTaskAssignor() {
        this(Clock.systemUTC());
    }

    CaughtUpTaskAssignor(Clock clock) {
        this.clock = clock;
    }

    /** Has a member say when it started. */
    public static void putStarted(Properties properties, Instant started) {
        properties.put(StreamsConfig.clientTagPrefix(STARTED_TAG), Long.toString(started.getEpochSecond()));
    }

    @Override
    public TaskAssignment assign(ApplicationState application) {
        AssignmentConfigs configs = application.assignmentConfigs();
        SortedMap<ProcessId, MemberTasks> members = new TreeMap<>();
        for (Map.Entry<ProcessId, KafkaStreamsState> state :
                application.kafkaStreamsStates(/* computeTaskLags= */ true).entrySet()) {
            members.put(
                    state.getKey(),
                    new MemberTasks(state.getValue(), configs.acceptableRecoveryLag(), age(state.getValue())));
        }
        SortedMap<TaskId, Boolean> tasks = new TreeMap<>();
        application.allTasks().forEach((task, info) -> tasks.put(task, info.isStateful()));
        AssignmentPlan plan = new AssignmentPlan(
                List.copyOf(members.values()), tasks, configs.numStandbyReplicas(), configs.maxWarmupReplicas());
        boolean finished = plan.make();
        List<KafkaStreamsAssignment> assignments =
                members.values().stream().map(MemberTasks::assignment).toList();
        boolean allSettled = members.values().stream().allMatch(MemberTasks::isSettled);
        Duration pause = allSettled ? Duration.ofMillis(configs.probingRebalanceIntervalMs()) : SETTLED_AFTER;
        return new TaskAssignment(finished ? assignments : followedUp(assignments, pause));
    }

    /** A time that lies far ahead is that of a wrong clock, and says nothing. */
    private Duration age(KafkaStreamsState member) {
        String started = member.clientTags().get(STARTED_TAG);
        if (started == null || !SECONDS.matcher(started).matches()) {
            return UNKNOWN_AGE;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(started)), clock.instant());
        return age.compareTo(SETTLED_AFTER.negated()) < 0 ? UNKNOWN_AGE : age;
    }

    /** One member asks for the next rebalance. */
    private List<KafkaStreamsAssignment> followedUp(List<KafkaStreamsAssignment> assignments, Duration pause) {
        List<KafkaStreamsAssignment> followed = new ArrayList<>(assignments);
        followed.set(0, followed.get(0).withFollowupRebalance(clock.instant().plus(pause)));
        return followed;
    }
}
