package io.sluice.perf.process;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import jdk.management.jfr.FlightRecorderMXBean;

/**
 * Another JVM seen from outside, by the attach mechanism: what it has allocated, how long it has computed, and
 * recordings of it. The process needs no port and no code for that, so the one that is measured is the one that ships.
 */
public final class Jvm implements AutoCloseable {
    private static final String TOTAL_ALLOCATED = "TotalThreadAllocatedBytes";

    private final JMXConnector connector;
    private final MBeanServerConnection beans;
    private final ObjectName threading;
    private final boolean countsDeadThreads;

    private Jvm(JMXConnector connector) throws IOException, JMException {
        this.connector = connector;
        this.beans = connector.getMBeanServerConnection();
        this.threading = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
        this.countsDeadThreads = Stream.of(beans.getMBeanInfo(threading).getAttributes())
                .map(MBeanAttributeInfo::getName)
                .anyMatch(TOTAL_ALLOCATED::equals);
    }

    @SuppressWarnings("BanJNDI") // The address is that of a process of our own on this machine.
    public static Jvm attach(long pid) throws IOException, AttachNotSupportedException, JMException {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
        try {
            JMXServiceURL url = new JMXServiceURL(machine.startLocalManagementAgent());
            return new Jvm(JMXConnectorFactory.connect(url));
        } finally {
            machine.detach();
        }
    }

    /** Bytes that its threads have allocated; before JDK 21, those of the threads that are alive. */
    public long allocatedBytes() throws IOException, JMException {
        if (countsDeadThreads) {
            return (long) beans.getAttribute(threading, TOTAL_ALLOCATED);
        }
        long[] threads = (long[]) beans.getAttribute(threading, "AllThreadIds");
        long[] bytes = (long[]) beans.invoke(
                threading, "getThreadAllocatedBytes", new Object[] {threads}, new String[] {long[].class.getName()});
        // The JVM reports a thread that ended in between as -1.
        return Arrays.stream(bytes).filter(each -> each > 0).sum();
    }

    /** Memory of its heap that is in use, garbage included. */
    public long heapBytes() throws IOException {
        return ManagementFactory.newPlatformMXBeanProxy(beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class)
                .getHeapMemoryUsage()
                .getUsed();
    }

    /** Memory of its heap that is in use after a collection. */
    public long liveHeapBytes() throws IOException {
        ManagementFactory.newPlatformMXBeanProxy(beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class)
                .gc();
        return heapBytes();
    }

    /** The most that its heap may take. */
    public long heapBytesMax() throws IOException {
        return ManagementFactory.newPlatformMXBeanProxy(beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class)
                .getHeapMemoryUsage()
                .getMax();
    }

    /** Processor time that the process has used. */
    public long cpuNanos() throws IOException, JMException {
        ObjectName system = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
        return (long) beans.getAttribute(system, "ProcessCpuTime");
    }

    /** Processor time that each of its Java threads has used. */
    public ThreadTimes threadTimes() throws IOException {
        return ThreadTimes.of(ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.THREAD_MXBEAN_NAME, com.sun.management.ThreadMXBean.class));
    }

    /** The flags that it was started with, and its version. */
    public List<String> flags() throws IOException {
        return runtime().getInputArguments();
    }

    public String version() throws IOException {
        RuntimeMXBean runtime = runtime();
        return runtime.getVmName() + " " + runtime.getVmVersion();
    }

    private RuntimeMXBean runtime() throws IOException {
        return ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.RUNTIME_MXBEAN_NAME, RuntimeMXBean.class);
    }

    /** Begins a recording; end it with {@link #stopRecording}. */
    public long startRecording() throws IOException, JMException {
        FlightRecorderMXBean recorder = recorder();
        long recording = recorder.newRecording();
        recorder.setPredefinedConfiguration(recording, "profile");
        recorder.setRecordingOptions(recording, Map.of("name", "sluice-perf"));
        recorder.startRecording(recording);
        return recording;
    }

    /** Ends a recording and leaves it in a file. */
    public void stopRecording(long recording, Path file) throws IOException {
        FlightRecorderMXBean recorder = recorder();
        recorder.stopRecording(recording);
        recorder.copyTo(recording, file.toAbsolutePath().toString());
        recorder.closeRecording(recording);
    }

    private FlightRecorderMXBean recorder() throws IOException {
        return ManagementFactory.newPlatformMXBeanProxy(
                beans, FlightRecorderMXBean.MXBEAN_NAME, FlightRecorderMXBean.class);
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
