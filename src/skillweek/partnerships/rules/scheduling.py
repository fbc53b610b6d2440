"""Who meets whom and when: a stable many-to-many matching, spread over slots. Pure functions (E3, E4, ADR 0206).

*Matching.* Each party has an order of whom it would meet and a quota. Guests ask in their order; an enterprise keeps
the best it was asked by, up to its quota (deferred acceptance). The result is pairwise stable: no enterprise and guest
who do not meet would both rather meet each other than somebody they meet, or than an empty place.

*Slots.* The meetings are the edges of a bipartite graph; a slot is a colour. An enterprise with several seats is that
many nodes. With as many colours as any node has edges there is always a colouring (Kőnig), found edge by edge with
alternating paths. So whatever the matching gives fits into the slots, as long as no quota exceeds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Pair = tuple[int, int]  # enterprise, guest


def stable_pairs(
    enterprises: Mapping[int, Sequence[int]],
    guests: Mapping[int, Sequence[int]],
    enterprise_quota: Mapping[int, int],
    guest_quota: Mapping[int, int],
) -> set[Pair]:
    """Pairs that are stable with respect to both sides' orders; only who stands in both orders can meet."""
    ranks = {e: {g: place for place, g in enumerate(order)} for e, order in enterprises.items()}
    asked = dict.fromkeys(guests, 0)
    held: dict[int, set[int]] = {e: set() for e in enterprises}
    has = dict.fromkeys(guests, 0)
    waiting = sorted((g for g in guests if guest_quota.get(g, 0) > 0), reverse=True)
    while waiting:
        guest = waiting[-1]
        if has[guest] >= guest_quota.get(guest, 0) or asked[guest] >= len(guests[guest]):
            waiting.pop()
            continue
        enterprise = guests[guest][asked[guest]]
        asked[guest] += 1
        if guest not in ranks.get(enterprise, {}) or enterprise_quota.get(enterprise, 0) <= 0:
            continue
        held[enterprise].add(guest)
        has[guest] += 1
        if len(held[enterprise]) > enterprise_quota[enterprise]:
            worst = max(held[enterprise], key=ranks[enterprise].__getitem__)
            held[enterprise].discard(worst)
            has[worst] -= 1
            if worst != guest:
                waiting.append(worst)
    return {(e, g) for e, those in held.items() for g in those}


def blocking_pairs(
    pairs: set[Pair],
    enterprises: Mapping[int, Sequence[int]],
    guests: Mapping[int, Sequence[int]],
    enterprise_quota: Mapping[int, int],
    guest_quota: Mapping[int, int],
) -> list[Pair]:
    """Pairs that do not meet although both would rather: empty exactly for a stable matching."""
    found = []
    for enterprise, order in enterprises.items():
        for guest in order:
            if (enterprise, guest) in pairs or enterprise not in guests.get(guest, ()):
                continue
            theirs = [g for e, g in pairs if e == enterprise]
            its = [e for e, g in pairs if g == guest]
            if _wants(order, theirs, guest, enterprise_quota.get(enterprise, 0)) and _wants(
                guests[guest], its, enterprise, guest_quota.get(guest, 0)
            ):
                found.append((enterprise, guest))
    return found


def _wants(order: Sequence[int], has: Sequence[int], other: int, quota: int) -> bool:
    if quota <= 0:
        return False
    return len(has) < quota or any(order.index(one) > order.index(other) for one in has if one in order)


def into_slots(
    pairs: Sequence[Pair], slots: int, seats: int, fixed: Mapping[Pair, tuple[int, int]] | None = None
) -> tuple[dict[Pair, tuple[int, int]], list[Pair]]:
    """Give each pair a slot (0-based) and a seat (1-based): nobody twice in a slot, no seat twice.

    ``fixed`` pairs stay where they are. Returns what was placed (the fixed included) and what found no place, which
    happens only when somebody has more talks than slots, or what is fixed stands in the way.
    """
    book = _Book(slots)
    placed: dict[Pair, tuple[int, int]] = dict(fixed or {})
    for (enterprise, guest), (slot, seat) in placed.items():
        book.put((enterprise, seat), guest, slot)
    left = []
    for enterprise, guest in pairs:
        if (enterprise, guest) in placed:
            continue
        seat = min(range(1, seats + 1), key=lambda one: (book.load((enterprise, one)), one))
        if not book.add((enterprise, seat), guest, set(fixed or {})):
            left.append((enterprise, guest))
            continue
        placed[(enterprise, guest)] = (0, seat)
    for node, by_slot in book.tables.items():
        for slot, guest in by_slot.items():
            placed[(node[0], guest)] = (slot, node[1])
    return placed, left


class _Book:
    """Who sits where in which slot, from both sides."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.tables: dict[tuple[int, int], dict[int, int]] = {}
        self.guests: dict[int, dict[int, tuple[int, int]]] = {}

    def load(self, node: tuple[int, int]) -> int:
        return len(self.tables.get(node, {}))

    def put(self, node: tuple[int, int], guest: int, slot: int) -> None:
        self.tables.setdefault(node, {})[slot] = guest
        self.guests.setdefault(guest, {})[slot] = node

    def add(self, node: tuple[int, int], guest: int, fixed: set[Pair]) -> bool:
        """Put them together in some slot, moving others along an alternating path where needed."""
        at, of = self.tables.setdefault(node, {}), self.guests.setdefault(guest, {})
        free_at = [slot for slot in range(self.slots) if slot not in at]
        free_of = [slot for slot in range(self.slots) if slot not in of]
        common = [slot for slot in free_at if slot in free_of]
        if common:
            self.put(node, guest, common[0])
            return True
        for here in free_at:
            for there in free_of:
                if self._swap(guest, here, there, fixed):
                    self.put(node, guest, here)
                    return True
        return False

    def _swap(self, guest: int, here: int, there: int, fixed: set[Pair]) -> bool:
        """Free ``here`` for the guest: along the path from them, talks in ``here`` and ``there`` change places."""
        path: list[tuple[tuple[int, int], int, int]] = []
        one, slot, is_guest = guest, here, True
        node: tuple[int, int] = (0, 0)
        while True:
            if is_guest:
                found = self.guests.get(one, {}).get(slot)
                if found is None:
                    break
                node = found
            else:
                other = self.tables.get(node, {}).get(slot)
                if other is None:
                    break
                one = other
            if (node[0], one) in fixed:
                return False
            path.append((node, one, slot))
            is_guest, slot = not is_guest, there if slot == here else here
        for node, one, slot in path:
            del self.tables[node][slot], self.guests[one][slot]
        for node, one, slot in path:
            self.put(node, one, there if slot == here else here)
        return True
