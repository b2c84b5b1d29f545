package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.Stack;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lists, sets and queues. What can be changed keeps its class. The JDK's many unmodifiable ones come back as one
 * unmodifiable class for each interface, which allows null and keeps the order. {@link ArrayList} has no mark: it is
 * the bare array.
 */
@SuppressWarnings({"JdkObsolete", "rawtypes"
}) // applications store the old ones too; a class is all that is known of them
final class CollectionKinds {

    static final List<Kind<?>> ALL = List.of(
            list(LinkedList.class, LinkedList::new),
            list(Vector.class, Vector::new),
            list(Stack.class, Stack::new),
            Kind.<CopyOnWriteArrayList>of(
                    CopyOnWriteArrayList.class,
                    (value, out) -> out.array(value.toArray()),
                    // At once: each single add would copy the whole.
                    in -> new CopyOnWriteArrayList<>(in.elements(new ArrayList<>()))),
            immutableList(),
            asList(),
            set(HashSet.class, HashSet::new, (set, out) -> out.unorderedKeys(set)),
            set(LinkedHashSet.class, LinkedHashSet::new, (set, out) -> out.keys(set.toArray())),
            Kind.<CopyOnWriteArraySet>of(
                    CopyOnWriteArraySet.class,
                    (value, out) -> {
                        Object[] elements = value.toArray();
                        long before = out.work().weight();
                        out.keys(elements);
                        out.work().countPairs(elements.length, before);
                    },
                    in -> {
                        long before = in.work().weight();
                        Set<?> elements = in.elements(new LinkedHashSet<>());
                        in.work().countPairs(elements.size(), before);
                        return new CopyOnWriteArraySet<>(elements);
                    }),
            set(TreeSet.class, TreeSet::new, CollectionKinds::writeSorted),
            set(ConcurrentSkipListSet.class, ConcurrentSkipListSet::new, CollectionKinds::writeSorted),
            immutableSet(),
            saltedSet(),
            immutableSortedSet(),
            queue(ArrayDeque.class, ArrayDeque::new),
            queue(ConcurrentLinkedQueue.class, ConcurrentLinkedQueue::new),
            queue(ConcurrentLinkedDeque.class, ConcurrentLinkedDeque::new),
            Kind.<PriorityQueue>withoutEquals(
                    PriorityQueue.class, CollectionKinds::writeHeap, in -> in.elements(new PriorityQueue<>())));

    private CollectionKinds() {}

    private static <C extends Collection> Kind<C> list(Class<C> type, Supplier<? extends C> empty) {
        return Kind.of(type, (value, out) -> out.array(value.toArray()), in -> in.elements(empty.get()));
    }

    /** Queues have no equality of their own; they come back with the same elements in the same order. */
    private static <C extends Collection> Kind<C> queue(Class<C> type, Supplier<? extends C> empty) {
        return Kind.withoutEquals(type, (value, out) -> out.array(value.toArray()), in -> in.elements(empty.get()));
    }

    private static <C extends Collection> Kind<C> set(
            Class<C> type, Supplier<? extends C> empty, BiConsumer<C, ValueWriter> writer) {
        return Kind.of(type, writer, in -> in.elements(empty.get()));
    }

    private static Kind<List> immutableList() {
        List<Class<? extends List>> types = classes(
                List.of(),
                List.of(1),
                List.of(1, 2, 3),
                List.of(1, 2, 3).subList(0, 2),
                Collections.emptyList(),
                Collections.singletonList(1),
                Collections.nCopies(2, 1),
                Collections.unmodifiableList(new LinkedList<>()),
                Collections.unmodifiableList(new ArrayList<>()));
        return Kind.of(
                "List",
                types,
                (value, out) -> out.array(value.toArray()),
                in -> Collections.unmodifiableList(in.elements(new ArrayList<>())));
    }

    private static Kind<List> asList() {
        List<Class<? extends List>> types = classes(Arrays.asList(1, 2));
        return Kind.of(
                "Arrays.asList",
                types,
                (value, out) -> out.array(value.toArray()),
                in -> Arrays.asList(in.elements(new ArrayList<>()).toArray()));
    }

    private static Kind<Set> immutableSet() {
        List<Class<? extends Set>> types =
                classes(Collections.emptySet(), Collections.singleton(1), Collections.unmodifiableSet(new HashSet<>()));
        return Kind.of("Set", types, (value, out) -> out.keys(value.toArray()), CollectionKinds::readSet);
    }

    /** {@code Set.of} iterates in another order in each JVM, so its elements are put in order first. */
    private static Kind<Set> saltedSet() {
        List<Class<? extends Set>> types = classes(Set.of(), Set.of(1), Set.of(1, 2, 3));
        return Kind.of("Set", types, (value, out) -> out.unorderedKeys(value), CollectionKinds::readSet);
    }

    private static Set readSet(ValueReader in) {
        return Collections.unmodifiableSet(in.elements(new LinkedHashSet<>()));
    }

    private static Kind<SortedSet> immutableSortedSet() {
        List<Class<? extends SortedSet>> types = classes(
                Collections.unmodifiableNavigableSet(new TreeSet<Integer>()),
                Collections.unmodifiableSortedSet(new TreeSet<Integer>()),
                Collections.emptyNavigableSet());
        return Kind.of(
                "SortedSet",
                types,
                CollectionKinds::writeSorted,
                in -> Collections.unmodifiableNavigableSet(in.elements(new TreeSet<>())));
    }

    private static void writeSorted(SortedSet<?> value, ValueWriter out) {
        checkOrder(value.getClass(), value.comparator());
        out.keys(value.toArray());
    }

    /** In the order of its heap: added one after another, the elements form the same heap. */
    private static void writeHeap(PriorityQueue<?> value, ValueWriter out) {
        checkOrder(value.getClass(), value.comparator());
        out.array(value.toArray());
    }

    /** A comparator is code: only the natural order, which is its absence, can come back. */
    static void checkOrder(Class<?> type, @Nullable Comparator<?> comparator) {
        if (comparator != null) {
            throw new Refusal(type.getName(), "has a comparator, which cannot be stored; use the natural order.");
        }
    }

    /** The classes of samples; package-private ones have no other way to be named. */
    @SafeVarargs
    @SuppressWarnings({"unchecked", "varargs"})
    static <C> List<Class<? extends C>> classes(C... samples) {
        List<Class<? extends C>> classes = new ArrayList<>();
        for (C sample : samples) {
            Class<? extends C> type = (Class<? extends C>) sample.getClass();
            if (!classes.contains(type)) {
                classes.add(type);
            }
        }
        return List.copyOf(classes);
    }
}
