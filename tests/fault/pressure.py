"""One conversation that is stuck, and a flood behind it on its partition."""

import collections

from tests.checker.offsets import NotAnswered
from tests.fault.recovery import STANDSTILL_S, longest_gap
from tests.fault.scenario import Control, scenario
from tests.services.child import wait_until
from tests.services.fake_model import question

STUCK = 199         # the last conversation, which asks nothing but what is sent here
OTHERS_MS = [5, 20]
WINDOW = 3000       # questions of the flood that wait at a time
CHUNK = 250
STUCK_EVERY = 4     # of the second flood one in that many is the stuck one's own: a hole in the map
MAP_LIMIT = 4000    # characters: 2,971 bytes beside what is fixed
MAP_FULL = 3900
FILLING = 8000      # questions: two bytes for each hole, or a bit for all of both floods, are more
FLOOD_S = 600
# The stuck one's own events wait in memory, and must not hold the partition before its map does: each
# of a worker's partitions has an equal share of these, and of what the model's limit lets it take.
ROOM = {"inflight.max": "16000", "model.inflight.start": "1024", "model.inflight.max": "1024",
        "backlog.records.max": "100000", "backlog.bytes.max": "268435456"}


@scenario("F38", "one conversation is stuck and a flood follows on its partition", times=(1, 1),
          rate=60, is_short=True, in_mix=False,
          settings=ROOM | {"lane.stuck.ms": "2000", "model.timeout.ms": "3600000",
                           "retry.attempts.max": "1000"},
          control=Control(lowered=("done-map",), settings={"store.url": "memory:"}))
def stuck(run):
    """At first nothing but the stuck event is open: all behind it settles. Then, in full, the stuck
    conversation asks on in between, until the map has no room and its partition is held. After a
    kill what had settled is neither asked nor answered again."""
    place = _Place(run)
    since = run.load.now()
    place.flood(round(run.at_scale(2000, 100_000)))
    run.expect_told(lambda: any(worker.metric("deskhand_lanes_stuck") for worker in run.workers),
                    "a lane is stuck")
    if run.scale > 0:
        place.fill()
    place.look()
    place.expect_others_went_on(since)
    settled, paid = place.settled(), run.model.calls()["by_question"]
    for worker in run.workers:
        worker.kill()
    run.model.behave(delay_ms=OTHERS_MS)
    run.revive()
    place.wait_done()
    again = run.model.calls()["by_question"]
    repeated = sum(again[asked] - paid[asked] for asked in map(question, settled) if asked in paid)
    run.expect(repeated == 0, "I7", f"{repeated} calls of settled events were repeated")
    run.figures["settled behind it at the kill"] = len(settled)


class _Place:
    """The partition of the stuck conversation."""

    def __init__(self, run):
        self._run = run
        self._stuck_sent = 1
        self._longest_map = 0
        run.load.asking = STUCK
        hang = {"match": {"text": run.load.text_of(STUCK)}, "hang": True}
        run.model.behave(delay_ms=OTHERS_MS, rules=[hang])
        for conversation in range(STUCK + 1):
            run.load.send(1, conversation)
        run.load.flush()
        homes = {one.conversation: one.partition for one in run.load.sent()}
        self._number = homes[f"c-{STUCK}"]
        self._mates = [int(name.split("-")[1]) for name, number in homes.items()
                       if number == self._number and name != f"c-{STUCK}"]

    def flood(self, count):
        """`count` questions of others, all of which settle."""
        for sent in range(0, count, CHUNK):
            self._send(CHUNK)
            wait_until(lambda: self._waiting() < WINDOW, FLOOD_S, "the flood to be answered")
            if sent % (20 * CHUNK) == 0:
                self.look()
        wait_until(lambda: self._waiting() < CHUNK, FLOOD_S, "the flood to be answered")

    def fill(self):
        """More than the map has room for."""
        for _ in range(FILLING // STUCK_EVERY):
            self._send(STUCK_EVERY - 1)
            self._run.load.send(1, STUCK)
            self._stuck_sent += 1
        self._run.load.flush()
        wait_until(lambda: self.look() >= MAP_FULL, FLOOD_S, "the map to be full", every_s=0.5)
        part = self._part()
        self._run.expect(part.committed + len(part.above) < part.end, "stage",
                         "all of the flood had room in the map")

    def look(self):
        """Notes how long the map is that is committed now; the longest so far."""
        part = self._part()
        self._longest_map = max(self._longest_map, len(part.metadata))
        self._run.figures["longest done-map"] = self._longest_map
        self._run.expect(len(part.metadata) <= MAP_LIMIT, "I7", f"a map of {len(part.metadata)}")
        return self._longest_map

    def settled(self):
        """The texts of those that are committed on this partition."""
        part = self._part()
        return [one.text for one in self._run.load.sent() if one.partition == self._number
                and (one.offset < part.committed or one.offset in part.above)]

    def expect_others_went_on(self, since):
        """Each other partition had outcomes all the time."""
        number_of = {one.uid: one.partition for one in self._run.load.sent()}
        moments = collections.defaultdict(list)
        for output, at in self._run.live.seen():
            if output.kind == "answer":
                moments[number_of.get(output.body()["in_reply_to"])].append(at)
        numbers = set(number_of.values()) - {self._number}
        longest = max(longest_gap(moments[number], since, self._run.load.now())
                      for number in numbers)
        self._run.note("longest pause of another partition s", round(longest, 1))
        self._run.expect(longest < STANDSTILL_S, "I8", f"another partition paused {longest:.0f} s")

    def wait_done(self):
        """Until all that was there at the call is settled."""
        end = self._part().end
        wait_until(lambda: self._part().committed >= end, FLOOD_S, "what had waited", every_s=0.5)

    def _send(self, count):
        for _ in range(count):
            self._run.load.send(1, self._run.draw.choice(self._mates))

    def _waiting(self):
        return self._run.load.made - self._run.live.count() - self._stuck_sent

    def _part(self):
        def ask():
            try:
                topic = self._run.topics["messages"]
                return self._run.reader.progress(self._run.kafka_group, [topic])
            except NotAnswered:
                return None
        return wait_until(ask, FLOOD_S, "progress").partitions[
            self._run.topics["messages"], self._number]
