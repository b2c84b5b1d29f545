package io.sojourn.benchmarks.profile;

import io.sojourn.benchmarks.http.HttpPeer;
import io.sojourn.benchmarks.http.HttpWork;
import io.sojourn.benchmarks.peer.Peer;
import io.sojourn.benchmarks.peer.Work;
import io.sojourn.benchmarks.run.ClientCounters;
import io.sojourn.benchmarks.run.Scene;
import io.sojourn.benchmarks.run.Turn;
import io.sojourn.testkit.RedisProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Records one system at one work, and draws where its processor time and its memory go. */
public final class Profile {

    /** How many threads or connections it is recorded with. */
    public static final int THREADS = 16;

    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(15);

    private Profile() {}

    /** Writes {@code <work>-<system>-cpu.svg} and {@code -heap.svg}. */
    public static void draw(Peer peer, Work work, RedisProbe probe, Path folder) throws IOException {
        turn(peer, work, probe, WARM_UP);
        Path file = Files.createTempFile("bench", ".jfr");
        try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
            recording.start();
            turn(peer, work, probe, LONG_ENOUGH);
            recording.stop();
            recording.dump(file);
        } catch (ParseException e) {
            throw new IOException(e);
        }
        draw(file, folder, work.key(), work.title(), peer.name());
    }

    /** The same of a server process. */
    public static void draw(HttpPeer peer, HttpWork work, RedisProbe probe, Path folder) throws IOException {
        turn(peer, work, probe, WARM_UP);
        peer.startRecording();
        turn(peer, work, probe, LONG_ENOUGH);
        draw(peer.stopRecording(), folder, work.key(), work.title(), peer.name());
    }

    private static void turn(Peer peer, Work work, RedisProbe probe, Duration duration) {
        probe.call("FLUSHALL");
        Scene scene = Scene.set(peer, work, THREADS, 100_000);
        Turn.run(scene::run, THREADS, duration, ClientCounters::read, probe);
    }

    private static void turn(HttpPeer peer, HttpWork work, RedisProbe probe, Duration duration) {
        List<byte[]> requests = peer.requests(work);
        Turn.run(
                connection -> {
                    peer.send(connection, requests.get(connection));
                    return true;
                },
                THREADS,
                duration,
                peer::counters,
                probe);
    }

    private static void draw(Path recording, Path folder, String work, String title, String system) throws IOException {
        Frame time = new Frame();
        Frame heap = new Frame();
        read(recording, time, heap);
        Files.delete(recording);
        Files.createDirectories(folder);
        String name = work + "-" + system;
        String what = title + ", " + system + ", " + THREADS + " threads: ";
        Files.writeString(folder.resolve(name + "-cpu.svg"), FlameGraph.svg(what + "Java code on a processor", time));
        Files.writeString(folder.resolve(name + "-heap.svg"), FlameGraph.svg(what + "bytes allocated", heap));
    }

    private static void read(Path recording, Frame time, Frame heap) throws IOException {
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                switch (event.getEventType().getName()) {
                    case "jdk.ExecutionSample" -> time.add(stack(event), 1); // Native ones are of threads that wait.
                    case "jdk.ObjectAllocationSample" -> {
                        List<String> stack = stack(event);
                        stack.add(shortName(event.getClass("objectClass").getName()));
                        heap.add(stack, event.getLong("weight"));
                    }
                    default -> {
                        // Of no interest here.
                    }
                }
            }
        }
    }

    private static List<String> stack(RecordedEvent event) {
        List<String> stack = new ArrayList<>();
        if (event.getStackTrace() != null) {
            for (RecordedFrame frame : event.getStackTrace().getFrames()) {
                stack.add(shortName(frame.getMethod().getType().getName()) + "."
                        + frame.getMethod().getName());
            }
        }
        Collections.reverse(stack);
        return stack;
    }

    /** The class, and in front of it the project that it is of. */
    private static String shortName(String type) {
        String[] packages = type.split("\\.");
        String last = packages[packages.length - 1];
        String project = packages.length > 2 ? packages[1] : packages[0];
        return type.startsWith("[") ? type : project.toLowerCase(Locale.ROOT) + ":" + last;
    }
}
