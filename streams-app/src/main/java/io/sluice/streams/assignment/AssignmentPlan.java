package io.sluice.streams.assignment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.TaskId;

/** Deals tasks and their copies out to members, step by step: see {@link CaughtUpTaskAssignor}. */
final class AssignmentPlan {
    private final List<MemberTasks> members;
    private final List<TaskId> tasks;
    private final Set<TaskId> stateful;
    private final int standbys;
    private int warmupsLeft;
    private boolean finished = true;

    /**
     * A plan.
     *
     * @param members in the order of their IDs
     * @param tasks in their order, and whether each has state that can be copied
     * @param standbys copies of each task
     * @param warmupsMax copies beyond those
     */
    AssignmentPlan(List<MemberTasks> members, SortedMap<TaskId, Boolean> tasks, int standbys, int warmupsMax) {
        this.members = members;
        this.tasks = List.copyOf(tasks.keySet());
        this.stateful = tasks.keySet().stream().filter(tasks::get).collect(Collectors.toUnmodifiableSet());
        this.standbys = standbys;
        this.warmupsLeft = warmupsMax;
    }

    /** Whether it needs no rebalance to follow. */
    boolean make() {
        boolean kept = keep();
        if (kept) {
            even();
            finished = !isAnyWaitedFor();
        } else {
            finished = finished && !isUneven();
        }
        copy();
        evenCopies();
        warmUp();
        return finished;
    }

    /** Gives every task a member; whether each could stay where it was. */
    private boolean keep() {
        List<TaskId> lost = new ArrayList<>();
        for (TaskId task : tasks) {
            Optional<MemberTasks> owner = members.stream()
                    .filter(member -> member.hadActive(task) && member.hasCaughtUp(task))
                    .findFirst();
            owner.ifPresentOrElse(member -> member.activate(task), () -> lost.add(task));
        }
        lost.forEach(task -> nextOf(task).activate(task));
        return lost.isEmpty();
    }

    /**
     * Who decides a task that cannot stay: whoever has caught up and has least to do. If nobody has, its own member
     * goes on with the restore, or else the one begins that has least to restore.
     */
    private MemberTasks nextOf(TaskId task) {
        return members.stream()
                .min(Comparator.comparing((MemberTasks member) -> !member.hasCaughtUp(task))
                        .thenComparing(member -> !member.hasCaughtUp(task) && !member.hadActive(task))
                        .thenComparing(member -> member.hasCaughtUp(task) ? 0 : member.recordsBehind(task))
                        .thenComparing(MemberTasks::activeLoad))
                .orElseThrow();
    }

    /** Moves tasks from busy members to idle ones that have caught up with them. */
    private void even() {
        whileAnyMoves((busy, idle) -> busy.isBusierThan(idle) && idle.mayRelieve(busy) && move(busy, idle));
    }

    /** Whether a member gets tasks of others as soon as it has settled. */
    private boolean isAnyWaitedFor() {
        return members.stream()
                .anyMatch(busy -> members.stream().anyMatch(idle -> busy.isBusierThan(idle) && !idle.mayRelieve(busy)));
    }

    private void whileAnyMoves(BiPredicate<MemberTasks, MemberTasks> step) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (MemberTasks busy : members) {
                for (MemberTasks idle : members) {
                    moved |= step.test(busy, idle);
                }
            }
        }
    }

    /** The tasks that a member had before it was lost are the first that it gets back. */
    private static boolean move(MemberTasks busy, MemberTasks idle) {
        Optional<TaskId> moved = busy.active().stream()
                .filter(idle::hasCaughtUp)
                .min(Comparator.comparing((TaskId task) -> !idle.hadStandby(task))
                        .thenComparing(idle::recordsBehind)
                        .thenComparing(task -> task));
        moved.ifPresent(task -> {
            busy.deactivate(task);
            idle.activate(task);
        });
        return moved.isPresent();
    }

    private boolean isUneven() {
        return members.stream().anyMatch(busy -> members.stream().anyMatch(busy::isBusierThan));
    }

    /** Leaves copies where they are, and places those that are missing. */
    private void copy() {
        List<TaskId> copied = tasks.stream().filter(stateful::contains).toList();
        for (TaskId task : copied) {
            members.stream()
                    .filter(member -> !member.has(task) && member.hadStandby(task) && member.hasCaughtUp(task))
                    .limit(standbys)
                    .forEach(member -> member.copy(task));
        }
        for (TaskId task : copied) {
            long there = members.stream()
                    .filter(member -> member.standby().contains(task))
                    .count();
            members.stream()
                    .filter(member -> !member.has(task))
                    .sorted(Comparator.comparing((MemberTasks member) -> !member.hasCaughtUp(task))
                            .thenComparing(MemberTasks::load)
                            .thenComparing(member -> member.recordsBehind(task)))
                    .limit(standbys - there)
                    .forEach(member -> member.copy(task));
        }
    }

    /** Moves copies from members with much to do to those that have warmed up for them. */
    private void evenCopies() {
        whileAnyMoves((busy, idle) -> busy.hasMoreThan(idle) && moveCopy(busy, idle));
    }

    private static boolean moveCopy(MemberTasks busy, MemberTasks idle) {
        for (TaskId task : busy.standby()) {
            if (!idle.has(task) && idle.hasCaughtUp(task)) {
                busy.drop(task);
                idle.copy(task);
                return true;
            }
        }
        return false;
    }

    /** Has members with little to do prepare for tasks and copies of others. */
    private void warmUp() {
        for (MemberTasks idle : members) {
            for (MemberTasks busy : members) {
                if (busy.isBusierThan(idle)) {
                    warmUp(idle, busy.active().stream().toList());
                } else if (busy.hasMoreThan(idle)) {
                    warmUp(idle, busy.standby().stream().toList());
                }
            }
        }
    }

    private void warmUp(MemberTasks idle, List<TaskId> candidates) {
        for (TaskId task : candidates) {
            if (idle.has(task)) {
                // It does already, as a copy or as a task; another rebalance has to look whether it has caught up.
                finished &= idle.active().contains(task) || idle.hasCaughtUp(task);
            } else if (warmupsLeft > 0 && stateful.contains(task)) {
                warmupsLeft--;
                finished = false;
                idle.copy(task);
                return;
            }
        }
    }
}
