package io.sojourn.benchmarks.run;

import io.sojourn.testkit.RedisProbe;

/** What a server says of itself: processor time in microseconds, and bytes that came and went. */
public record ServerCounters(long cpuMicros, long netBytes) {

    /** Asks it. */
    public static ServerCounters read(RedisProbe probe) {
        String cpu = (String) probe.call("INFO", "cpu");
        String stats = (String) probe.call("INFO", "stats");
        double seconds = number(cpu, "used_cpu_user") + number(cpu, "used_cpu_sys");
        double bytes = number(stats, "total_net_input_bytes") + number(stats, "total_net_output_bytes");
        return new ServerCounters(Math.round(seconds * 1e6), Math.round(bytes));
    }

    private static double number(String info, String name) {
        int start = info.indexOf("\n" + name + ":") + name.length() + 2;
        return Double.parseDouble(info.substring(start, info.indexOf('\r', start)));
    }
}
