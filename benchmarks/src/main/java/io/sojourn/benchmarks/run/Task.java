package io.sojourn.benchmarks.run;

/** What is done again and again. */
@FunctionalInterface
public interface Task {
    /**
     * Once.
     *
     * @param thread which of the threads calls, from 0
     * @return false if there was nothing left to do
     */
    boolean run(int thread) throws Exception;
}
