package io.sojourn.benchmarks.run;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * What this process has used so far: processor time of all its threads, garbage collection included, and bytes that its
 * living threads have allocated.
 */
public record ClientCounters(long cpuNanos, long allocatedBytes) {

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Reads both. */
    public static ClientCounters read() {
        long[] bytes = THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds());
        return new ClientCounters(
                PROCESS.getProcessCpuTime(),
                Arrays.stream(bytes).filter(count -> count > 0).sum());
    }
}
