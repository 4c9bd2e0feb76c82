from __future__ import annotations

import gc
import weakref

import pytest

from paradex_adapter.charts import Token
from paradex_adapter.errors import VenueError
from paradex_adapter.journal import memory
from paradex_adapter.journal.conformity import Verdict, check
from paradex_adapter.journal.lines import Gap
from paradex_adapter.journal.reading import read
from statecharts import Driver
from statecharts.testing import Recorder, VirtualTimers
from tests.journal.orders import NOW, REFUSAL, RESTING, OneOrder, journal, lived, story


def test_the_steps_of_both_charts_are_interleaved_as_they_happened():
    kept = journal()
    OneOrder(kept.observe).rest()
    assert [(line.chart, line.event) for line in kept.lines("O-1")] == [
        ("order", "submit"),
        ("order", "opened"),
        ("command", "informed"),
        ("command", "known"),
    ]


def test_a_step_is_told_with_both_times_its_payload_and_its_effects():
    kept = journal()
    OneOrder(kept.observe).rest()
    opened = kept.lines("O-1")[1]
    assert (opened.ts, opened.venue_ms) == (NOW + 2_000_000, NOW // 1_000_000 + 7)
    assert (opened.source[0].split(".")[0], opened.target) == ("unconfirmed", ["live.accepted"])
    assert (opened.origin, opened.data["order"]["id"]) == ("remote", "V-1")
    accepted = {
        "$": "OrderAccepted",
        "client_order_id": "O-1",
        "venue_order_id": "V-1",
        "ts_event": opened.venue_ms,
    }
    assert ["emit", accepted] in opened.effects


def test_an_event_that_was_not_expected_is_kept_without_a_target():
    (line,) = (line for line in lived().lines("O-1") if not line.target)
    assert (line.chart, line.event, line.source) == ("command", "cancel_queued", ["idle"])


def test_charts_that_are_no_orders_are_not_kept():
    kept = journal()
    ports = Recorder().ports(VirtualTimers())
    Driver("token", Token(), ports, kept.observe).dispatch("need")
    Driver("account", Token(), ports, kept.observe).dispatch("need")
    assert list(kept.orders) == []
    assert kept.lines("O-1") == []


def test_of_each_chart_the_last_steps_are_kept_and_the_dropped_ones_counted(monkeypatch):
    monkeypatch.setattr(memory, "KEPT_STEPS", 100)
    kept = journal()
    one = OneOrder(kept.observe)
    one.rest()
    one.repeat(200)
    gap, *lines = kept.lines("O-1")
    assert gap == Gap(steps=102, order="O-1", chart="order", reason="dropped")
    assert len([line for line in lines if line.chart == "order"]) == 100
    assert [line.event for line in lines if line.chart == "command"] == ["informed", "known"]


def test_what_is_kept_of_a_long_life_can_be_replayed(tmp_path):
    kept = journal()
    one = OneOrder(kept.observe)
    one.rest()
    one.repeat(700)
    one.fill()
    verdicts = [one.verdict for one in check(story(tmp_path / "j.jsonl", kept.lines("O-1")))]
    assert Verdict.DIFFERS not in verdicts
    assert verdicts.count(Verdict.CONFORMS) > memory.KEPT_STEPS - 64
    assert verdicts[-1] is Verdict.CONFORMS


def test_of_ended_orders_the_last_ones_are_kept(monkeypatch):
    monkeypatch.setattr(memory, "KEPT_ENDED", 2)
    kept = journal()
    OneOrder(kept.observe, "O-working").rest()
    for name in ("O-1", "O-2", "O-3", "O-4"):
        OneOrder(kept.observe, name).live()
    assert list(kept.orders) == ["O-working", "O-3", "O-4"]
    assert kept.lines("O-2") == []


def test_an_order_whose_name_lives_again_is_not_forgotten_as_ended(monkeypatch):
    monkeypatch.setattr(memory, "KEPT_ENDED", 1)
    kept = journal()
    OneOrder(kept.observe, "O-1").live()
    OneOrder(kept.observe, "O-1").rest()
    OneOrder(kept.observe, "O-2").live()
    assert list(kept.orders) == ["O-1", "O-2"]


def test_there_is_a_bound_to_all_orders_whatever_becomes_of_them(monkeypatch):
    monkeypatch.setattr(memory, "KEPT_ORDERS", 3)
    kept = journal()
    for number in range(5):
        OneOrder(kept.observe, f"O-{number}").rest()
    assert list(kept.orders) == ["O-2", "O-3", "O-4"]


def test_a_late_word_on_a_forgotten_order_begins_a_journal_that_is_bounded_too(monkeypatch):
    monkeypatch.setattr(memory, "KEPT_ENDED", 1)
    kept = journal()
    first = OneOrder(kept.observe, "O-1")
    first.live()
    OneOrder(kept.observe, "O-2").live()
    assert list(kept.orders) == ["O-2"]
    first.command.receive("informed", order=RESTING)
    first.order.receive("session_lost")
    assert list(kept.orders) == ["O-1"]


class Sent:
    """What was on its way when the venue refused, a signature among it."""


def test_a_refusal_is_kept_without_the_frames_it_came_through():
    kept = journal()
    one = OneOrder(kept.observe)
    one.order.dispatch("submit")

    def refuse() -> weakref.ref[Sent]:
        body = Sent()
        try:
            raise VenueError("BAD_SIGNATURE", "no", 400)
        except VenueError as error:
            one.order.receive("refused", error=error)
        return weakref.ref(body)

    body = refuse()
    gc.collect()
    assert body() is None
    assert kept.lines("O-1")[-1].data["error"]["code"] == "BAD_SIGNATURE"


def test_what_is_saved_is_read_and_conforms(tmp_path):
    kept = lived("O-1")
    OneOrder(kept.observe, "O-2").rest()
    kept.save(tmp_path / "j.jsonl")
    library = read(tmp_path / "j.jsonl")
    assert list(library.stories) == [("PARADEX", "O-1"), ("PARADEX", "O-2")]
    for found in library.stories.values():
        assert found.chapters == kept.lines(found.order)
        assert {one.verdict for one in check(found)} == {Verdict.CONFORMS}


def test_every_step_goes_to_the_sink_too():
    class Kept(list):
        def put(self, ts, record):
            self.append((ts, record.event))

        def close(self):
            self.append("closed")

    sink = Kept()
    kept = journal(sink)
    OneOrder(kept.observe).rest()
    kept.close()
    assert [each[1] for each in sink[:-1]] == ["submit", "opened", "informed", "known"]
    assert sink[0][0] == kept.lines("O-1")[0].ts
    assert sink[-1] == "closed"


@pytest.mark.parametrize("refusal", [REFUSAL, OSError("of no shape")], ids=repr)
def test_no_payload_makes_the_journal_fail(refusal):
    kept = journal()
    one = OneOrder(kept.observe)
    one.order.dispatch("submit")
    one.order.receive("unanswered", error=refusal)
    assert kept.lines("O-1")[-1].event == "unanswered"
