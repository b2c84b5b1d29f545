package io.sojourn.testkit.contract;

import static io.sojourn.testkit.contract.StoreScene.answer;
import static io.sojourn.testkit.contract.StoreScene.bytes;
import static io.sojourn.testkit.contract.StoreScene.change;
import static io.sojourn.testkit.contract.StoreScene.creation;
import static io.sojourn.testkit.contract.StoreScene.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.EntryResult.Entered;
import io.sojourn.spi.EntryResult.Full;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionIndex;
import io.sojourn.spi.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The indexes: who is in, for how long, who may enter, and who is marked. */
interface IndexContract extends StoreScene {

    Binding NOW = Binding.unlimited(Duration.ZERO);

    private static IndexKey newKey() {
        return IndexKey.of(IndexKey.PRINCIPAL, "somebody " + newId());
    }

    private EntryResult enter(IndexKey key, SessionId id, @Nullable Duration timeToLive, @Nullable Binding binding) {
        return answer(store().enter(new IndexEntry(key, id, timeToLive, binding)));
    }

    private SessionId entered(IndexKey key, @Nullable Duration timeToLive, @Nullable Binding binding) {
        SessionId id = newId();
        assertThat(enter(key, id, timeToLive, binding)).isEqualTo(EntryResult.ENTERED);
        return id;
    }

    private IndexPage page(IndexKey key, @Nullable IndexCursor after, int count) {
        return answer(store().page(key, after, count));
    }

    /** All of them: those that are marked first. */
    private List<IndexMember> members(IndexKey key) {
        IndexPage page = page(key, null, SessionIndex.PAGE_AT_MOST);
        assertThat(page.next()).isNull();
        assertThat(page.marked()).isEqualTo(answer(secondStore().marked(key)));
        return Stream.concat(page.marked().stream(), page.members().stream()).toList();
    }

    private List<SessionId> ids(IndexKey key) {
        return members(key).stream().map(IndexMember::id).toList();
    }

    private List<SessionId> unmarked(IndexKey key) {
        return page(key, null, SessionIndex.PAGE_AT_MOST).members().stream()
                .map(IndexMember::id)
                .toList();
    }

    private List<IndexMember> mark(IndexKey key, @Nullable SessionId except) {
        return answer(store().mark(key, except)).marked();
    }

    private static Binding limited(int limit, boolean makeRoom) {
        return new Binding(Duration.ZERO, 0, limit, makeRoom);
    }

    /** So many members that do not end, at once. */
    private List<SessionId> many(IndexKey key, int count, @Nullable Binding binding) {
        List<SessionId> ids = IntStream.range(0, count).mapToObj(i -> newId()).toList();
        ids.stream()
                .map(id -> store().enter(new IndexEntry(key, id, LONG, binding)))
                .toList()
                .forEach(StoreScene::answer);
        return ids;
    }

    @Test
    default void anIndexThatNobodyEnteredIsEmpty() {
        assertThat(members(newKey())).isEmpty();
        assertThat(answer(store().leave(newKey(), List.of(newId()), true))).isFalse();
        assertThat(mark(newKey(), null)).isEmpty();
    }

    @Test
    default void whoIsEnteredIsAMemberThereAndNowhereElse() {
        IndexKey key = newKey();
        SessionId bound = entered(key, LONG, NOW);
        SessionId living = entered(key, LONG.multipliedBy(2), null);
        assertThat(members(key))
                .containsExactlyInAnyOrder(new IndexMember(bound, true, false), new IndexMember(living, false, false));
        assertThat(answer(secondStore().page(key, null, 10)).members()).isEqualTo(members(key));
        assertThat(members(new IndexKey("tenant", key.hash()))).isEmpty();
        assertThat(members(IndexKey.of(IndexKey.PRINCIPAL, "nobody"))).isEmpty();
    }

    /** Lets a moment pass by the store's own clock. */
    private void tick() {
        letPass(Duration.ofMillis(2));
    }

    @Test
    default void whoWasBoundFirstComesFirst() {
        IndexKey key = newKey();
        SessionId never = entered(key, null, NOW);
        tick();
        SessionId late = entered(key, LONG.multipliedBy(3), NOW);
        tick();
        SessionId soon = entered(key, LONG, NOW);
        tick();
        SessionId later = entered(key, LONG.multipliedBy(2), NOW);
        assertThat(ids(key)).containsExactly(never, late, soon, later);
        tick();
        enter(key, late, LONG.multipliedBy(4), null);
        enter(key, soon, LONG, NOW);
        assertThat(ids(key)).containsExactly(never, late, later, soon);
    }

    @Test
    default void pagesHoldEachMemberOnce() {
        IndexKey key = newKey();
        List<SessionId> ids = many(key, 25, NOW);
        SessionId gone = ids.get(9);
        List<SessionId> seen = new ArrayList<>();
        IndexCursor next = null;
        do {
            IndexPage page = page(key, next, 7);
            assertThat(page.members()).hasSizeLessThanOrEqualTo(7);
            page.members().forEach(member -> seen.add(member.id()));
            next = page.next();
            assertThat(next == null ? null : IndexCursor.parse(next.toString()).orElseThrow())
                    .isEqualTo(next);
            SessionId last = page.members().get(page.members().size() - 1).id();
            answer(store().leave(key, List.of(gone, last), true));
        } while (next != null);
        assertThat(seen)
                .doesNotHaveDuplicates()
                .containsAll(ids.stream().filter(id -> !id.equals(gone)).toList());
        assertThat(page(key, new IndexCursor(0, gone), 7)).isEqualTo(page(key, null, 7));
        assertThat(page(key, new IndexCursor(999_999_999_999_999_999L, gone), 7).members())
                .isEmpty();
        assertThat(page(newKey(), new IndexCursor(1, gone), 7)).isEqualTo(IndexPage.EMPTY);
    }

    @Test
    default void aPageThatIsTheLastSaysSo() {
        IndexKey key = newKey();
        many(key, 3, NOW);
        assertThat(page(key, null, 3).next()).isNull();
        IndexPage first = page(key, null, 2);
        assertThat(first.next()).isNotNull();
        assertThat(page(key, first.next(), 1).next()).isNull();
    }

    @Test
    default void aMemberLeavesWhenItsTimeIsUp() {
        IndexKey key = newKey();
        SessionId longer = entered(key, LONG, null);
        SessionId shorter = entered(key, SHORT, NOW);
        SessionId never = entered(key, null, null);
        letPass(SHORT.multipliedBy(2));
        assertThat(ids(key)).containsExactlyInAnyOrder(longer, never).doesNotContain(shorter);
    }

    @Test
    default void enteringAgainNeverShortensAStay() {
        IndexKey key = newKey();
        SessionId shortened = entered(key, LONG, NOW);
        SessionId prolonged = entered(key, SHORT, null);
        SessionId endless = entered(key, null, null);
        enter(key, shortened, SHORT, null);
        enter(key, prolonged, LONG, null);
        enter(key, endless, SHORT, NOW);
        letPass(SHORT.multipliedBy(2));
        assertThat(ids(key)).containsExactlyInAnyOrder(shortened, prolonged, endless);
    }

    @Test
    default void whatIsMarkedStaysAndCannotBeEnteredAgain() {
        IndexKey key = newKey();
        SessionId one = entered(key, LONG, NOW);
        SessionId other = entered(key, LONG.multipliedBy(2), null);
        assertThat(mark(key, null))
                .containsExactlyInAnyOrder(new IndexMember(one, true, true), new IndexMember(other, false, true));
        assertThat(enter(key, one, LONG, NOW)).isEqualTo(EntryResult.REVOKED);
        assertThat(enter(key, other, LONG, null)).isEqualTo(EntryResult.REVOKED);
        assertThat(enter(key, other, LONG, limited(1, true))).isEqualTo(EntryResult.REVOKED);
        assertThat(mark(key, null)).hasSize(2).isEqualTo(members(key));
    }

    @Test
    default void oneCanBeLeftAlone() {
        IndexKey key = newKey();
        SessionId own = entered(key, LONG, null);
        SessionId other = entered(key, LONG, null);
        assertThat(mark(key, own)).containsExactly(new IndexMember(other, false, true));
        assertThat(unmarked(key)).containsExactly(own);
        assertThat(enter(key, own, LONG, null)).isEqualTo(EntryResult.ENTERED);
    }

    @Test
    default void aBindingThatBeganBeforeTheMarkingIsRefused() {
        IndexKey key = newKey();
        mark(key, null);
        SessionId before = newId();
        SessionId after = newId();
        assertThat(enter(key, before, LONG, Binding.unlimited(Duration.ofMinutes(1))))
                .isEqualTo(EntryResult.REVOKED);
        tick();
        EntryResult entered = enter(key, after, LONG, NOW);
        assertThat(entered).isInstanceOf(Entered.class);
        assertThat(((Entered) entered).revokedAgo()).isBetween(Duration.ZERO, LIMIT);
        assertThat(ids(key)).containsExactly(after);
        assertThat(enter(newKey(), before, LONG, Binding.unlimited(Duration.ofMinutes(1))))
                .isEqualTo(EntryResult.ENTERED);
    }

    /** However old it is: so a request can revoke all sessions of its user and sign in again. */
    @Test
    default void aBindingThatKnowsTheRevocationIsNotRefused() {
        IndexKey key = newKey();
        SessionId id = newId();
        Marking first = answer(store().mark(key, null));
        Binding knowing = new Binding(Duration.ofMinutes(1), first.revocation(), 0, false);
        EntryResult entered = enter(key, id, LONG, knowing);
        assertThat(entered).isInstanceOf(Entered.class);
        assertThat(((Entered) entered).revocation()).isEqualTo(first.revocation());
        Marking second = answer(secondStore().mark(key, null));
        assertThat(second.revocation()).isGreaterThan(first.revocation());
        assertThat(second.marked()).extracting(IndexMember::id).containsExactly(id);
        assertThat(enter(key, newId(), LONG, knowing)).isEqualTo(EntryResult.REVOKED);
    }

    @Test
    default void aMarkingTellsWhetherTheOneThatIsLeftAloneWasThere() {
        IndexKey key = newKey();
        assertThat(answer(store().mark(key, newId())).exceptIsMember()).isFalse();
        tick();
        SessionId own = newId();
        enter(key, own, LONG, NOW);
        assertThat(answer(store().mark(key, own)).exceptIsMember()).isTrue();
        assertThat(answer(secondStore().mark(key, own)).exceptIsMember()).isTrue();
        assertThat(unmarked(key)).containsExactly(own);
        mark(key, null);
        assertThat(answer(store().mark(key, own)).exceptIsMember()).isFalse();
        assertThat(unmarked(key)).isEmpty();
    }

    @Test
    default void aBindingOlderThanWhatIsKnownIsRefused() {
        Duration known = SessionIndex.REVOCATION_KNOWN;
        assertThat(enter(newKey(), newId(), LONG, Binding.unlimited(known))).isEqualTo(EntryResult.ENTERED);
        assertThat(enter(newKey(), newId(), LONG, Binding.unlimited(known.plusMillis(1))))
                .isEqualTo(EntryResult.REVOKED);
    }

    @Test
    default void allAreMarkedAtOnceAndGivenSoManyAtATime() {
        IndexKey key = newKey();
        int count = 2 * SessionIndex.GIVEN_AT_MOST + 1;
        List<SessionId> ids = many(key, count, null);
        Marking marking = answer(store().mark(key, null));
        assertThat(unmarked(key)).isEmpty();
        tick();
        SessionId later = newId();
        enter(key, later, LONG, NOW);
        List<SessionId> given = new ArrayList<>();
        List<IndexMember> next = marking.marked();
        while (!next.isEmpty()) {
            assertThat(next)
                    .hasSize(Math.min(SessionIndex.GIVEN_AT_MOST, count - given.size()))
                    .allMatch(IndexMember::marked);
            List<SessionId> some = next.stream().map(IndexMember::id).toList();
            given.addAll(some);
            assertThat(answer(store().marked(key))).isEqualTo(next);
            answer(store().leave(key, some, true));
            next = answer(secondStore().marked(key));
        }
        assertThat(given).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(ids(key)).containsExactly(later);
    }

    @Test
    default void whatHasEndedLeavesWhateverItsState() {
        IndexKey key = newKey();
        List<SessionId> ids = List.of(entered(key, LONG, NOW), entered(key, LONG, null), entered(key, null, NOW));
        mark(key, ids.get(1));
        assertThat(answer(store().leave(key, ids, true))).isTrue();
        assertThat(members(key)).isEmpty();
        assertThat(answer(store().leave(key, ids, true))).isFalse();
        assertThat(enter(key, ids.get(0), LONG, null)).isEqualTo(EntryResult.ENTERED);
        assertThat(unmarked(key)).containsExactly(ids.get(0));
    }

    @Test
    default void whatMayBeOnItsWayOrIsMarkedDoesNotLeaveForBeingAbsent() {
        IndexKey key = newKey();
        IndexKey other = newKey();
        SessionId settled = entered(other, LONG, null);
        SessionId marked = entered(key, LONG, null);
        mark(key, null);
        tick();
        SessionId pending = newId();
        enter(key, pending, LONG, NOW);
        SessionId boundAgain = entered(key, LONG, null);
        enter(key, boundAgain, LONG, NOW);
        assertThat(answer(store().leave(key, List.of(pending, marked, boundAgain), false)))
                .isFalse();
        assertThat(answer(store().leave(other, List.of(settled), false))).isTrue();
        assertThat(ids(other)).isEmpty();
        assertThat(ids(key)).containsExactlyInAnyOrder(marked, pending, boundAgain);
    }

    @Test
    default void aFullIndexRefusesAndTellsWhoIsThere() {
        IndexKey key = newKey();
        SessionId one = entered(key, LONG, NOW);
        SessionId two = entered(key, LONG.multipliedBy(2), null);
        SessionId third = newId();
        EntryResult result = enter(key, third, LONG, limited(2, false));
        assertThat(result)
                .isEqualTo(new Full(List.of(new IndexMember(one, true, false), new IndexMember(two, false, false))));
        assertThat(ids(key)).containsExactlyInAnyOrder(one, two);
        assertThat(enter(key, two, LONG, limited(2, false)))
                .as("who is there already")
                .isInstanceOf(Entered.class);
        assertThat(enter(key, third, LONG, limited(3, false))).isEqualTo(EntryResult.ENTERED);
        mark(key, third);
        assertThat(enter(key, newId(), LONG, limited(2, false)))
                .as("those marked do not count")
                .isInstanceOf(Entered.class);
    }

    @Test
    default void roomIsMadeByMarkingWhoWasBoundFirst() {
        IndexKey key = newKey();
        SessionId first = entered(key, LONG.multipliedBy(3), NOW);
        tick();
        SessionId second = entered(key, LONG.multipliedBy(2), NOW);
        tick();
        SessionId third = entered(key, LONG, NOW);
        tick();
        enter(key, first, LONG.multipliedBy(4), null);
        SessionId fourth = newId();
        EntryResult result = enter(key, fourth, LONG, limited(2, true));
        assertThat(result).isInstanceOf(Entered.class);
        assertThat(((Entered) result).marked())
                .containsExactly(new IndexMember(first, true, true), new IndexMember(second, true, true));
        assertThat(unmarked(key)).containsExactly(third, fourth);
        assertThat(enter(key, fourth, LONG, limited(2, true)))
                .as("those marked are told until they leave")
                .isEqualTo(result);
        assertThat(((Entered) result).revokedAgo()).as("this is no revocation").isNull();
    }

    /** So that many entries at once do not all end the same members. One more, so that what a failure left marked goes, too. */
    @Test
    default void anEntryThatMakesRoomTellsOfItsOwnAndOneOther() {
        IndexKey key = newKey();
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tick();
            ids.add(entered(key, LONG, NOW));
        }
        List<List<SessionId>> told = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tick();
            Entered entered = (Entered) enter(key, newId(), LONG, limited(5, true));
            told.add(entered.marked().stream().map(IndexMember::id).toList());
        }
        assertThat(told)
                .containsExactly(
                        List.of(ids.get(0)),
                        List.of(ids.get(1), ids.get(0)),
                        List.of(ids.get(2), ids.get(0)),
                        List.of(ids.get(3), ids.get(0)));
        assertThat(((Entered) enter(key, ids.get(4), LONG, limited(5, true))).marked())
                .as("an entry that marks none tells of all that are left")
                .extracting(IndexMember::id)
                .containsExactlyElementsOf(ids.subList(0, 4));
    }

    @Test
    default void anEntryTellsOfNoMoreThanSoMany() {
        IndexKey key = newKey();
        many(key, 3 * SessionIndex.MARKED_AT_MOST, null);
        EntryResult full = enter(key, newId(), LONG, limited(50, false));
        assertThat(full).isInstanceOf(Full.class);
        assertThat(((Full) full).soonest()).hasSize(SessionIndex.TOLD_AT_MOST);
        EntryResult entered = enter(key, newId(), LONG, limited(50, true));
        assertThat(((Entered) entered).marked()).hasSize(SessionIndex.MARKED_AT_MOST);
        assertThat(unmarked(key)).hasSize(2 * SessionIndex.MARKED_AT_MOST + 1);
        mark(key, null);
        tick();
        entered = enter(key, newId(), LONG, limited(50, true));
        assertThat(((Entered) entered).marked()).hasSize(SessionIndex.TOLD_AT_MOST);
    }

    @Test
    default void ofManyEntriesAtOnceOnlySoManyFindRoom() {
        for (int round = 0; round < 10; round++) {
            IndexKey key = newKey();
            List<EntryResult> results = RaceContract.together(i ->
                    answer(storeOf(i).enter(new IndexEntry(key, newId(), LONG, limited(3, false)))));
            assertThat(results).filteredOn(Entered.class::isInstance).hasSize(3);
            assertThat(results).filteredOn(Full.class::isInstance).hasSize(RaceContract.THREADS - 3);
            assertThat(members(key)).hasSize(3);
        }
    }

    @Test
    default void ofManyEntriesAtOnceThatMakeRoomSoManyAreLeft() {
        for (int round = 0; round < 10; round++) {
            IndexKey key = newKey();
            RaceContract.together(i -> answer(storeOf(i).enter(new IndexEntry(key, newId(), LONG, limited(3, true)))));
            assertThat(members(key)).hasSize(RaceContract.THREADS);
            assertThat(unmarked(key)).hasSize(3);
        }
    }

    @Test
    default void noBindingThatBeganBeforeSlipsThroughAMarking() {
        for (int round = 0; round < 10; round++) {
            IndexKey key = newKey();
            RaceContract.together(i -> {
                List<EntryResult> results = new ArrayList<>();
                for (int n = 0; n < 5; n++) {
                    if (i == 0 && n == 2) {
                        answer(storeOf(i).mark(key, null));
                    }
                    results.add(answer(storeOf(i)
                            .enter(new IndexEntry(key, newId(), LONG, Binding.unlimited(Duration.ofSeconds(50))))));
                }
                return results;
            });
            assertThat(unmarked(key)).isEmpty();
        }
    }

    private SessionStore storeOf(int thread) {
        return thread % 2 == 0 ? store() : secondStore();
    }

    @Test
    default void forbiddingEndsWhatIsThere() {
        SessionId id = stored();
        assertThat(answer(store().tombstone(id))).isTrue();
        assertThat(load(id)).isEmpty();
        assertThat(commit(change(id, 1, 2, "r", "late"))).isEqualTo(CommitResult.GONE);
        assertThat(touch(id, 1, T2, LONG)).isFalse();
    }

    @Test
    default void whatIsForbiddenCannotBeCreated() {
        SessionId id = newId();
        assertThat(answer(store().tombstone(id))).isFalse();
        assertThat(answer(secondStore().tombstone(id))).isFalse();
        assertThat(commit(creation(id, 1, T1, LONG, Map.of("r", bytes("late")))))
                .isEqualTo(CommitResult.GONE);
        assertThat(answer(secondStore().commit(creation(id, 1, T1, LONG, Map.of("r", bytes("late"))))))
                .isEqualTo(CommitResult.GONE);
        assertThat(commit(change(id, 1, 2, "r", "late"))).isEqualTo(CommitResult.GONE);
        assertThat(touch(id, 1, T2, LONG)).isFalse();
        assertThat(load(id)).isEmpty();
        assertThat(answer(store().tombstone(id))).isFalse();
    }

    @Test
    default void whatIsForbiddenStaysSoWhenItIsDeleted() {
        SessionId id = newId();
        assertThat(answer(store().tombstone(id))).isFalse();
        assertThat(answer(store().delete(id))).isFalse();
        assertThat(answer(secondStore().delete(id))).isFalse();
        assertThat(answer(store().delete(id, 1))).isEqualTo(CommitResult.GONE);
        assertThat(commit(creation(id, 1, T1, LONG, Map.of("r", bytes("late")))))
                .isEqualTo(CommitResult.GONE);
        assertThat(load(id)).isEmpty();
    }
}
