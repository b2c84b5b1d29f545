package io.sojourn.codec.serial;

import io.sojourn.codec.allow.JdkNames;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.log.SettingName;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.ObjectStreamConstants;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a serialized stream by its grammar (Java Object Serialization Specification, chapter 6) and loads no class.
 * It finds out how much work the hash tables in it are before one of them is filled: sets in sets that share their elements
 * take time exponential in their depth, and keys of one hash code are compared with each other. It takes the worst case, that
 * all keys of a table have one hash code, unless they are of classes that a table orders. Collections that are sorted while
 * they are read compare their keys, too.
 *
 * <p>A node is an object of the stream. Nodes have the numbers that the stream gives them, its handles; all that is written
 * inside a node has higher ones.
 */
public final class SerialScan implements ObjectStreamConstants {

    /** How many steps of hashing and comparing are allowed, in the worst case: a second or two. */
    static final long MAX_STEPS = 50_000_000;

    /** More than any sum that matters, and small enough to be added. */
    private static final long VERY_LARGE = 1L << 40;

    private static final String URL = "java.net.URL";

    /** Their hash codes are those of their keys and values, which are all that they write. */
    private static final Set<String> HASH_MAPS = Set.of("java.util.HashMap", "java.util.LinkedHashMap");

    private static final String UNMODIFIABLE_MAP = "java.util.Collections$UnmodifiableMap";

    /** Authorities of Spring Security lie in sets, and hash the text of URLs that are values of their map of attributes. */
    private static final Set<String> HASH_TEXT_OF_URLS = Set.of(
            "org.springframework.security.oauth2.core.user.OAuth2UserAuthority",
            "org.springframework.security.oauth2.core.oidc.user.OidcUserAuthority");

    /** Part of such an authority. Its claims have URLs, and take no part in its hash code. */
    private static final String HASHES_NO_URL = "org.springframework.security.oauth2.core.oidc.OidcIdToken";

    /** Objects that a hash table orders, or that have a hash code nobody chooses. */
    private static final Set<String> ORDERED = Set.of(
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Double",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Short",
            "java.util.UUID");

    private static final Set<String> MAPS = Set.of(
            "java.util.HashMap",
            "java.util.Hashtable",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentSkipListMap");

    /** Their keys are compared a few times each, whatever their hash codes are. */
    private static final Set<String> SORTED =
            Set.of("java.util.PriorityQueue", "java.util.concurrent.ConcurrentSkipListMap");

    /** Tables that compare keys of one hash code one by one; the second holds the JDK's immutable sets and maps. */
    private static final Set<String> ORDERS_NONE = Set.of("java.util.Hashtable", "java.util.CollSer");

    /** As a key it looks up each of its elements in all of those of the other one. */
    private static final String COMPARES_EACH_WITH_EACH = "java.util.concurrent.CopyOnWriteArraySet";

    /** What takes no longer to compare need not be known to be the same object. */
    private static final int FEW_STEPS = 4;

    /** The class of objects that the stream describes. */
    private record Description(
            String name,
            int flags,
            List<String> fields,
            @Nullable Description parent) {}

    private static final class Node {
        final int firstDone;
        final int bytesBefore;
        final List<Integer> parts = new ArrayList<>(4);
        /** How many steps it takes to hash it, at most. */
        long weight = 1;
        /** How many steps it takes to compare it with another one, at most. */
        long comparing;
        /** What comparing takes longer since keys in it are looked up, and met by all keys of their table. */
        long lookups;

        long own;
        boolean done;
        boolean isOrdered;
        /** Whether its hash code may take that of a URL. */
        boolean hashesUrl;
        /** Of a map: whether the URLs in it are values of it, and lie no deeper. */
        boolean urlsAreValues;
        /** Whether an object lies in it that was not complete when it was. */
        boolean holdsUnfinished;

        final String type;
        int lastDone;

        Node(String type, int firstDone, int bytesBefore) {
            this.type = type;
            this.firstDone = firstDone;
            this.bytesBefore = bytesBefore;
        }
    }

    /** Whether a class of the JDK has both methods. */
    private static final ClassValue<Boolean> WRITES_ITSELF = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            Set<String> names =
                    Stream.of(type.getDeclaredMethods()).map(Method::getName).collect(Collectors.toSet());
            return names.contains("readObject") && names.contains("writeObject");
        }
    };

    /** What lies between one object and the next: nothing that has parts. */
    private static final int NOTHING = -1;

    private final DataInputStream in;
    private final long maxNodes;
    /** By handle: a {@link Node}, or the {@link Description} of a class. */
    private final List<Object> handles = new ArrayList<>();
    /** The handles of the nodes, in the order in which they are complete. */
    private final List<Integer> done = new ArrayList<>();
    /** Classes that are said to have no writeObject. */
    private final Set<String> withoutWriteObject = new HashSet<>();

    private boolean mentionsUrl;
    /** Keys that came before all of them was seen, as when a key lies around its own table. */
    private final List<Integer> unfinishedKeys = new ArrayList<>();

    private long steps;

    private SerialScan(byte[] stream, long maxNodes) {
        this.in = new DataInputStream(new ByteArrayInputStream(stream));
        this.maxNodes = maxNodes;
    }

    /**
     * Throws a {@link Refusal} for a stream that takes too long to read, that cannot be measured, or whose keys hold a {@link
     * java.net.URL}, which would ask the network for its host. Spring Security's authorities may hold some, since they hash
     * their text.
     *
     * @param maxNodes how many objects it may have
     */
    public static SerialScan of(byte[] stream, long maxNodes) {
        SerialScan scan = new SerialScan(stream, maxNodes);
        try {
            if (scan.in.readInt() != (STREAM_MAGIC << 16 | (STREAM_VERSION & 0xffff))) {
                throw new IOException("no stream");
            }
            scan.content(scan.in.readByte());
        } catch (IOException | IndexOutOfBoundsException | ClassCastException | IllegalArgumentException e) {
            // The JDK would perhaps read it: it skips codes, and reads forms of classes, that it does not write.
            throw new Refusal(
                    "The value", "is damaged, cut off, or in a form that ObjectOutputStream does not write.", e);
        }
        if (scan.mentionsUrl && scan.unfinishedKeysLeadToUrl()) {
            throw urlKey();
        }
        return scan;
    }

    /** Whether there is an object of {@link java.net.URL}: its {@code equals} asks the network. */
    public boolean mentionsUrl() {
        return mentionsUrl;
    }

    /** Throws a {@link Refusal} for a class whose objects would read on behind their own end, where other things were measured. */
    public void check(String className, Class<?> type) {
        if (withoutWriteObject.contains(className) && JdkNames.isClass(className) && WRITES_ITSELF.get(type)) {
            throw new Refusal(className, "is damaged: its content is where the content of others belongs.");
        }
    }

    /** Reads what begins with this code, and gives the handle of the node, or {@link #NOTHING}. */
    private int content(int code) throws IOException {
        return switch (code) {
            case TC_NULL -> NOTHING;
            case TC_REFERENCE -> {
                int handle = in.readInt() - baseWireHandle;
                yield handles.get(handle) instanceof Node ? handle : NOTHING;
            }
            case TC_OBJECT -> object();
            case TC_ARRAY -> array();
            case TC_STRING -> leaf(in.readUnsignedShort());
            case TC_LONGSTRING -> leaf(in.readLong());
            case TC_ENUM -> {
                description(in.readByte());
                int handle = open("");
                node(handle).isOrdered = true;
                content(in.readByte());
                yield close(handle);
            }
            case TC_CLASS -> {
                description(in.readByte());
                yield leaf(0);
            }
            case TC_CLASSDESC -> {
                description(code);
                yield NOTHING;
            }
            default -> throw new IOException("unexpected code");
        };
    }

    private @Nullable Description description(int code) throws IOException {
        if (code == TC_NULL) {
            return null;
        }
        if (code == TC_REFERENCE) {
            return (Description) handles.get(in.readInt() - baseWireHandle);
        }
        if (code == TC_PROXYCLASSDESC) {
            throw new Refusal("A dynamic proxy (java.lang.reflect.Proxy)", "is not taken in serialized form.");
        }
        if (code != TC_CLASSDESC) {
            throw new IOException("no description of a class");
        }
        String name = in.readUTF();
        in.readLong();
        int handle = handles.size();
        handles.add(new Description(name, 0, List.of(), null));
        int flags = in.readUnsignedByte();
        List<String> fields = new ArrayList<>();
        int count = in.readUnsignedShort();
        for (int i = 0; i < count; i++) {
            char type = (char) in.readUnsignedByte();
            fields.add(type + in.readUTF());
            if (type == 'L' || type == '[') {
                content(in.readByte());
            }
        }
        annotation(new ArrayList<>());
        Description whole = new Description(name, flags, fields, description(in.readByte()));
        handles.set(handle, whole);
        if ((flags & SC_WRITE_METHOD) == 0) {
            withoutWriteObject.add(name);
        }
        return whole;
    }

    private int object() throws IOException {
        Description type = description(in.readByte());
        if (type == null) {
            throw new IOException("an object without a class");
        }
        int handle = open(type.name());
        Node node = node(handle);
        node.isOrdered = ORDERED.contains(type.name());
        if (type.name().equals(URL)) {
            node.hashesUrl = true;
            mentionsUrl = true;
        }
        List<Description> levels = new ArrayList<>();
        for (Description d = type; d != null; d = d.parent()) {
            if (levels.size() > 100) {
                throw new IOException("a class extends itself");
            }
            levels.add(0, d);
        }
        for (Description level : levels) {
            level(level, node);
        }
        return close(handle);
    }

    /** What one class of the hierarchy wrote: its fields, then what its writeObject added. */
    private void level(Description level, Node node) throws IOException {
        int tag = 0;
        if ((level.flags() & SC_SERIALIZABLE) != 0) {
            for (String field : level.fields()) {
                if (field.equals("Itag")) {
                    tag = in.readInt();
                } else {
                    field(field.charAt(0), node.parts);
                }
            }
        } else if ((level.flags() & (SC_EXTERNALIZABLE | SC_BLOCK_DATA)) != (SC_EXTERNALIZABLE | SC_BLOCK_DATA)) {
            return;
        }
        if ((level.flags() & (SC_WRITE_METHOD | SC_EXTERNALIZABLE)) != 0) {
            List<Integer> added = new ArrayList<>();
            annotation(added);
            node.parts.addAll(added);
            table(level.name(), tag, added, node);
        }
    }

    /** A part of every object of a class; {@link #NOTHING} stands for null, so that keys and values keep their places. */
    private void field(char type, List<Integer> parts) throws IOException {
        switch (type) {
            case 'B', 'Z' -> in.skipNBytes(1);
            case 'C', 'S' -> in.skipNBytes(2);
            case 'I', 'F' -> in.skipNBytes(4);
            case 'J', 'D' -> in.skipNBytes(8);
            case 'L', '[' -> parts.add(content(in.readByte()));
            default -> throw new IOException("no type of a field");
        }
    }

    private void annotation(List<Integer> parts) throws IOException {
        for (int code = in.readByte(); code != TC_ENDBLOCKDATA; code = in.readByte()) {
            if (code == TC_BLOCKDATA) {
                in.skipNBytes(in.readUnsignedByte());
            } else if (code == TC_BLOCKDATALONG) {
                skip(in.readInt());
            } else {
                parts.add(content(code));
            }
        }
    }

    private int array() throws IOException {
        Description type = description(in.readByte());
        int handle = open("");
        int length = in.readInt();
        if (type == null || type.name().length() < 2 || length < 0 || length > in.available()) {
            throw new Refusal("An array", "is longer than the bytes that there are.");
        }
        List<Integer> parts = node(handle).parts;
        for (int i = 0; i < length; i++) {
            field(type.name().charAt(1), parts);
        }
        return close(handle);
    }

    private void skip(long length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new Refusal("The value", "is cut off.");
        }
        in.skipNBytes(length);
    }

    private int leaf(long length) throws IOException {
        int handle = open("");
        node(handle).isOrdered = true;
        skip(length);
        return close(handle);
    }

    /** @param type the name of the class of an object; empty for arrays, strings and constants */
    private int open(String type) throws IOException {
        if (handles.size() > 2 * maxNodes + 1_000) {
            throw new Refusal("The value", "has too many objects; raise " + SettingName.JAVA_MAX_REFERENCES + ".");
        }
        handles.add(new Node(type, done.size(), in.available()));
        return handles.size() - 1;
    }

    private Node node(int handle) {
        return (Node) handles.get(handle);
    }

    private int close(int handle) throws IOException {
        Node node = node(handle);
        // Long strings and arrays take time as well; some 64 bytes are hashed or compared in one step.
        node.weight += (node.bytesBefore - in.available()) / 64;
        if (node.type.equals(COMPARES_EACH_WITH_EACH)) {
            for (int list : node.parts) {
                node.lookups = list == NOTHING ? 0 : product(node(list).parts.size(), node(list).comparing);
            }
        }
        node.comparing = Math.min(VERY_LARGE, node.weight + node.lookups);
        for (int part : node.parts) {
            if (part != NOTHING) {
                node.weight = Math.min(VERY_LARGE, node.weight + node(part).weight);
                node.comparing = Math.min(VERY_LARGE, node.comparing + node(part).comparing);
                node.holdsUnfinished |= !node(part).done || node(part).holdsUnfinished;
            }
        }
        hashUrls(node);
        node.done = true;
        node.lastDone = done.size();
        done.add(handle);
        return handle;
    }

    private void hashUrls(Node node) {
        boolean deeper = false;
        boolean deeperThanValues = false;
        for (int part : node.parts) {
            if (part != NOTHING && node(part).hashesUrl) {
                node.hashesUrl = true;
                deeper |= !node(part).type.equals(URL);
                deeperThanValues |= !node(part).urlsAreValues;
            }
        }
        if (HASH_MAPS.contains(node.type)) {
            node.urlsAreValues = !deeper; // A key that is one was refused.
        } else if (node.type.equals(UNMODIFIABLE_MAP)) {
            node.urlsAreValues = !deeperThanValues;
        } else if (HASH_TEXT_OF_URLS.contains(node.type)) {
            node.hashesUrl = deeperThanValues;
        } else if (node.type.equals(HASHES_NO_URL)) {
            node.hashesUrl = false;
        }
    }

    /** Now that all is seen: follows what was unfinished; of the rest it is known whether it hashes a URL. */
    private boolean unfinishedKeysLeadToUrl() {
        Set<Integer> seen = new HashSet<>(unfinishedKeys);
        Deque<Integer> next = new ArrayDeque<>(seen);
        while (!next.isEmpty()) {
            Node node = node(next.pop());
            if (node.hashesUrl) {
                return true;
            }
            if (node.holdsUnfinished && !node.type.equals(HASHES_NO_URL)) {
                node.parts.stream()
                        .filter(part -> part != NOTHING && seen.add(part))
                        .forEach(next::push);
            }
        }
        return false;
    }

    private static Refusal urlKey() {
        return new Refusal(URL, "is a key or lies in a set, which would ask the network for its host; store a URI.");
    }

    private static long product(long count, long steps) {
        return Math.min(VERY_LARGE, count * Math.min(steps, VERY_LARGE / (count + 1)));
    }

    /** Counts the work of filling a hash table, or a collection that sorts. */
    private void table(String type, int tag, List<Integer> added, Node table) {
        boolean isMap = MAPS.contains(type);
        if (type.equals("java.util.CollSer")) {
            // 2 is a set, 3 a map, others are lists; see the source of java.util.CollSer.
            if ((tag & 0xff) != 2 && (tag & 0xff) != 3) {
                return;
            }
            isMap = (tag & 0xff) == 3;
        } else if (!isMap && !SORTED.contains(type) && !type.equals("java.util.HashSet")) {
            return;
        }
        boolean isSorted = SORTED.contains(type);
        boolean ordersNone = ORDERS_NONE.contains(type);
        List<Integer> compared = new ArrayList<>();
        for (int i = 0; i < added.size(); i += isMap ? 2 : 1) {
            Integer key = added.get(i);
            if (key == NOTHING) {
                continue;
            }
            steps += node(key).weight;
            if (isSorted || (node(key).isOrdered && !ordersNone)) {
                continue;
            }
            if (node(key).hashesUrl) {
                throw urlKey();
            }
            if (!node(key).done || node(key).holdsUnfinished) {
                unfinishedKeys.add(key);
            }
            compared.add(key);
        }
        requireFewSteps(); // Else the following could take long.
        long hashing = 0;
        long comparing = 0;
        long own = 0;
        boolean sharesAlike = shareTheSame(compared);
        int first = compared.isEmpty() ? NOTHING : compared.get(0);
        for (int key : compared) {
            hashing = Math.min(VERY_LARGE, hashing + node(key).weight);
            comparing = Math.min(VERY_LARGE, comparing + node(key).comparing);
            boolean isFirst = key == first;
            own = Math.min(VERY_LARGE, own + (sharesAlike && !isFirst ? own(key) : Math.max(1, node(key).comparing)));
        }
        long count = compared.size();
        if (count > 1) {
            table.lookups = Math.min(VERY_LARGE, table.lookups + hashing + product(count, comparing));
        }
        steps = Math.min(VERY_LARGE, steps + product(count, own) / 2);
        requireFewSteps();
    }

    private void requireFewSteps() {
        if (steps > MAX_STEPS) {
            throw new Refusal(
                    "A set or map",
                    "may take too long to read: it has thousands of keys that are made of several values, or the same long"
                            + " string again and again, or its sets share what is in them, or maps and sets are keys of"
                            + " its keys, or it is a Hashtable or an"
                            + " immutable set or map of more than 10,000; use strings or numbers as keys of a HashMap, or a"
                            + " list.");
        }
    }

    /**
     * Whether all these keys but the first hold the same objects of those that are written before them, if any. The first
     * may be the one that holds them.
     */
    private boolean shareTheSame(List<Integer> keys) {
        List<Integer> second = keys.size() < 2 ? List.of() : shared(keys.get(1));
        return keys.stream().skip(2).allMatch(key -> shared(key).equals(second));
    }

    /** The objects that were written before a key and take long to compare, as the key refers to them. */
    private List<Integer> shared(int handle) {
        Node key = node(handle);
        List<Integer> shared = new ArrayList<>();
        if (key.done) {
            for (int i = key.firstDone; i <= key.lastDone; i++) {
                for (int part : node(done.get(i)).parts) {
                    if (part != NOTHING && part < handle && node(part).comparing > FEW_STEPS) {
                        shared.add(part);
                    }
                }
            }
        }
        return shared;
    }

    /**
     * Of how many values a node is made that no earlier node has: two keys that share the others are equal there without a
     * look.
     */
    private long own(int handle) {
        Node key = node(handle);
        if (!key.done || key.own > 0) {
            return Math.max(1, key.own);
        }
        Map<Integer, Long> known = new HashMap<>();
        for (int i = key.firstDone; i <= key.lastDone; i++) {
            int inner = done.get(i);
            long sum = 1 + node(inner).lookups;
            for (int part : node(inner).parts) {
                if (part != NOTHING) {
                    sum += part < handle ? 1 : known.getOrDefault(part, 1L);
                }
            }
            known.put(inner, Math.min(VERY_LARGE, sum));
        }
        key.own = known.getOrDefault(handle, 1L);
        return key.own;
    }
}
