package io.sluice.perf.process;

import com.sun.management.ThreadMXBean;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Processor time of a JVM's Java threads at a moment. Compilers, collectors and threads of native libraries are in that
 * of the process only.
 */
public final class ThreadTimes {
    private final Map<Long, String> names = new HashMap<>();
    private final Map<Long, Long> nanos = new HashMap<>();

    private ThreadTimes() {}

    static ThreadTimes of(ThreadMXBean threads) {
        ThreadTimes times = new ThreadTimes();
        long[] ids = threads.getAllThreadIds();
        long[] spent = threads.getThreadCpuTime(ids);
        var infos = threads.getThreadInfo(ids);
        for (int i = 0; i < ids.length; i++) {
            // A thread that ended in between has no name, and a time of -1.
            if (infos[i] != null && spent[i] >= 0) {
                times.names.put(ids[i], infos[i].getThreadName());
                times.nanos.put(ids[i], spent[i]);
            }
        }
        return times;
    }

    /**
     * What has been spent since an earlier moment, added up by part. A thread that ended meanwhile does not count.
     *
     * @param partOf the part that a thread of this name belongs to
     */
    public Map<String, Long> since(ThreadTimes before, UnaryOperator<String> partOf) {
        Map<String, Long> spent = new LinkedHashMap<>();
        nanos.forEach((id, now) -> spent.merge(
                partOf.apply(names.getOrDefault(id, "")), now - before.nanos.getOrDefault(id, 0L), Long::sum));
        return spent;
    }
}
