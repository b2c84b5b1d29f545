package io.sojourn.benchmarks.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Where and when a run was made, of what.
 *
 * @param mode {@code quick} or {@code full}
 * @param loadAverage of the machine when the run began: how many others wanted its processors
 * @param versions of the systems
 */
public record Environment(
        String date,
        String mode,
        int rounds,
        double secondsPerTurn,
        int processors,
        String processor,
        String os,
        String java,
        String server,
        double loadAverage,
        Map<String, String> versions) {

    /** Of this machine and process. */
    public static Environment here(
            String mode,
            int rounds,
            double secondsPerTurn,
            String server,
            double loadAverage,
            Map<String, String> versions) {
        return new Environment(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                mode,
                rounds,
                secondsPerTurn,
                Runtime.getRuntime().availableProcessors(),
                processorName(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                server,
                loadAverage,
                versions);
    }

    private static String processorName() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
