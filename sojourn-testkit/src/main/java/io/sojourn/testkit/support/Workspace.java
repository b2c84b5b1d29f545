package io.sojourn.testkit.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Everything that this JVM leaves on the machine: one temporary directory, and the processes started in it.
 *
 * <p>Both are gone when the JVM is. A shutdown hook sees to that where the JVM gets to run one. Where it does not
 * ({@code kill -9}, a crash, a build tool that lost patience), a guard does: one shell, started with the first server, that
 * reads our list of processes from a pipe. The system closes the pipe when the JVM dies, however that happens, and the
 * guard then kills what is still on the list and removes the directory.
 */
public final class Workspace {

    private static final System.Logger LOG = System.getLogger(Workspace.class.getName());

    // Ctrl-C in a terminal reaches the guard too, which must outlive the JVM.
    private static final String GUARD = """
            trap '' HUP INT TERM
            pids=
            while read -r op pid; do
              case $op in
              +) pids="$pids $pid" ;;
              -) rest=
                 for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done
                 pids=$rest ;;
              esac
            done
            [ -z "$pids" ] || kill -KILL $pids
            rm -rf -- "$1"
            """;

    private static final class Holder {
        static final Workspace INSTANCE = new Workspace();
    }

    private final Path root;
    private final OutputStream guard;
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();
    private final List<Runnable> beforeEnd = new CopyOnWriteArrayList<>();
    private final ReentrantLock guardLock = new ReentrantLock();

    private Workspace() {
        try {
            root = Files.createTempDirectory("sojourn-testkit-");
            guard = new ProcessBuilder("sh", "-c", GUARD, "sojourn-testkit-guard", root.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException("servers need a writable temporary directory and a POSIX shell (sh)", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::removeAll, "sojourn-testkit-cleanup"));
    }

    public static Workspace get() {
        return Holder.INSTANCE;
    }

    /** A new empty directory inside this JVM's own. */
    public Path newDirectory(String prefix) {
        try {
            return Files.createTempDirectory(root, prefix + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("could not make a directory in " + root, e);
        }
    }

    /** Takes on a process: it will not outlive this JVM. */
    public void guard(Process process) {
        processes.add(process);
        tellGuard("+ " + process.pid());
        CompletableFuture<Void> unused = process.onExit().thenAccept(ended -> {
            processes.remove(ended);
            tellGuard("- " + ended.pid());
        });
    }

    /** Runs this when the JVM ends in order, before the servers are ended, so that it can stop the clients of a server first. */
    public void beforeEnd(Runnable task) {
        beforeEnd.add(task);
    }

    private void tellGuard(String line) {
        guardLock.lock();
        try {
            guard.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            guard.flush();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the guard of {0} is gone; only the shutdown hook cleans up now", root);
        } finally {
            guardLock.unlock();
        }
    }

    /** Removes a file, or a directory with all that is in it. */
    public void delete(Path path) {
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "{0} was gone already", path);
        } catch (IOException e) {
            throw new UncheckedIOException("could not remove " + path, e);
        }
    }

    private void removeAll() {
        beforeEnd.forEach(Runnable::run);
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
        delete(root);
    }
}
