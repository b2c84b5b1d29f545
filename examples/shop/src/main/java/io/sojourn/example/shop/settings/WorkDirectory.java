package io.sojourn.example.shop.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the nodes' servers may write: one directory, with one for each node in it. Each node removes its own, and the last
 * one the whole, so that it goes away even if the launcher is killed. What a killed node leaves, the launcher removes.
 */
public record WorkDirectory(Path path) {

    private static final String LAUNCHER = "launcher";
    private static final System.Logger LOG = System.getLogger(WorkDirectory.class.getName());

    /**
     * A new one, for all nodes.
     *
     * @throws UncheckedIOException if there can be none
     */
    public static WorkDirectory create() {
        try {
            return new WorkDirectory(Files.createTempDirectory("sojourn-shop-"));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no directory can be made in " + System.getProperty("java.io.tmpdir") + ": " + e.getMessage(), e);
        }
    }

    /** The part of one node; the node itself makes it. */
    public WorkDirectory of(String node) {
        return new WorkDirectory(path.resolve(node));
    }

    /** Removes it, with all that is in it. */
    public void remove() {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "could not remove {0}: {1}", path, e.getMessage());
        }
    }

    /** The part of the launcher itself. */
    public WorkDirectory ofLauncher() {
        return of(LAUNCHER);
    }

    /** Removes the directory around this one if no node's is left in it: the launcher may have been killed. */
    public void removeAroundIfLast() {
        Path around = path.getParent();
        if (around == null) {
            return;
        }
        try {
            new WorkDirectory(around).removeLauncherIfAlone();
            Files.deleteIfExists(around);
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is left to others", around);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "could not remove {0}: {1}", around, e.getMessage());
        }
    }

    private void removeLauncherIfAlone() throws IOException {
        try (Stream<Path> left = Files.list(path)) {
            if (!left.allMatch(each -> each.endsWith(LAUNCHER))) {
                return;
            }
        }
        ofLauncher().remove();
    }
}
