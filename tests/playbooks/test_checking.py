from __future__ import annotations

from pathlib import Path

import pytest

from feeds.errors import InputError
from playbooks.library import from_plain, load_library, load_playbook, shipped, suggested
from tests.playbooks.made import TWO_STEPS, playbook
from tests.playbooks.world import LIBRARY


def test_the_shipped_library_is_sound_and_says_everything_in_both_languages() -> None:
    assert [book.id for book in LIBRARY] == ["bot-overflow", "cross-site-move"]
    for book in LIBRARY:
        assert book.title.zh
        assert book.title.en
        assert all(spec.title for spec in book.parameters.values())
        assert all(step.verify for step in book.steps)
        assert book.revert_after <= 7_200
        assert from_plain(book.source).digest == book.digest
    assert [book.id for book in suggested(LIBRARY, "queue-building")] == ["bot-overflow"]


def test_kinds_come_from_the_source_or_from_the_argument() -> None:
    book = playbook(TWO_STEPS)
    assert book.kinds == {"to": "queue", "count": "count"}


def test_the_digest_follows_the_content_alone() -> None:
    assert playbook(TWO_STEPS).digest == playbook("# a remark\n" + TWO_STEPS).digest
    assert playbook(TWO_STEPS).digest != playbook(TWO_STEPS.replace("1h", "2h")).digest


MISTAKES = """\
reallocate_agents: ⇒ realocate_agents: ⇒ 12:5: unknown action 'realocate_agents'; expected an action, nearest: 'reall
count: $count} ⇒ cuont: $count} ⇒ 12:34: unknown argument 'cuont' of reallocate_agents; expected an argument,
to: $to, count ⇒ to: $too, count ⇒ 12:29: unknown parameter $too; expected a parameter, nearest: 'to'
share: 50% ⇒ share: $to ⇒ 10:52: $to is a queue; expected share
share: 50% ⇒ share: 150% ⇒ 10:52: '150%' is not between 0% and 100%; expected a share
queues: $to, share: 50% ⇒ queues: $to ⇒ 10:20: set_bot_share needs 'share'; expected share: …
network.load ⇒ network.laod ⇒ 8:10: unknown metric 'network.laod'; expected a metric of the catalogue
[network.load < 1] ⇒ [network.load] ⇒ 8:10: a figure where a condition is needed
[network.load < 1] ⇒ [before(network.load) < 1] ⇒ 8:10: unknown function 'before'
+ $count, ⇒ + $cuont, ⇒ 13:81: unknown parameter $cuont; expected a declared parameter, nearest: 'count'
default: 30 ⇒ default: 50 ⇒ 7:20: 50 is out of bounds; expected -inf to 40
max: 40 ⇒ max: 4, min: 9 ⇒ 7:37: min 9 is above max 4; expected min at most max
alert.queue} ⇒ alert.quue} ⇒ 6:14: from: 'alert.quue' is not valid; expected 'alert.queue' or 'alert.site'
alert.queue} ⇒ alert.queue, default: auto} ⇒ 6:36: nothing can choose 'to'; expected a value
guards: ⇒ guard: ⇒ 8:1: unknown key 'guard'
within: 1m ⇒ within: 1 ⇒ 11:50: within: 1 has no unit; expected a duration such as 40s, 10m, 2h, 1d or 1h30m
approve: 2 ⇒ approve: 0 ⇒ 3:10: approve: 0 is not valid; expected greater than or equal to 1
revert: {after: 1h} ⇒  ⇒ 1:1: key 'revert' is missing; expected revert: …
playbook: both ⇒ playbook: ../both ⇒ 1:11: playbook: '../both' is not valid"""


@pytest.mark.parametrize("mistake", MISTAKES.splitlines())
def test_what_is_wrong_is_said_in_one_line_with_its_place(mistake: str) -> None:
    old, new, message = mistake.split(" ⇒ ")
    assert old in TWO_STEPS
    with pytest.raises(InputError) as wrong:
        playbook(TWO_STEPS.replace(old, new, 1))
    assert str(wrong.value).startswith(f"test.yaml:{message}")
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  count: {",
            "  spare: {default: x}\n  count: {",
            "7:10: parameter 'spare' has no kind and no action uses it",
        ),
        (
            "  - set_bot_share: {site: $to, queues: $to, share: 50%}\n    verify",
            "  - verify",
            "10:5: a step has exactly one",
        ),
        (
            "share: 50%}\n",
            "share: 50%}\n    ask: {}\n",
            "10:5: a step has exactly one action, this one has ask, set_bot_share",
        ),
    ],
)
def test_what_is_wrong_over_several_lines_is_too(old: str, new: str, message: str) -> None:
    assert old in TWO_STEPS
    with pytest.raises(InputError) as wrong:
        playbook(TWO_STEPS.replace(old, new, 1))
    assert str(wrong.value).startswith(f"test.yaml:{message}")


def test_a_later_folder_goes_before_the_shipped_one(tmp_path: Path) -> None:
    own = (shipped() / "bot-overflow.yaml").read_text("utf-8").replace("after: 2h", "after: 1h")
    (tmp_path / "mine.yaml").write_text(own, "utf-8")
    (tmp_path / "notes.txt").write_text("not a playbook")
    books = {book.id: book for book in load_library([shipped(), tmp_path])}
    assert books["bot-overflow"].revert_after == 3_600
    (tmp_path / "other.yaml").write_text(own, "utf-8")
    with pytest.raises(InputError, match=r"other\.yaml: playbook 'bot-overflow' is in mine\.yaml too"):
        load_library([tmp_path])


def test_a_hostile_title_is_harmless(tmp_path: Path) -> None:
    hostile = TWO_STEPS.replace("en: Both", 'en: "\\e[31mBoth\\u202e"')
    (tmp_path / "x.yaml").write_text(hostile, "utf-8")
    title = load_playbook(tmp_path / "x.yaml").title.en
    assert "\x1b" not in title
    assert "\u202e" not in title


def test_clocks_may_be_named_and_misspelt_ones_are_found() -> None:
    guarded = TWO_STEPS.replace("network.load < 1", "to.taobao_3min.budget_left > 0 and network.my_clock.burn < 6")
    with pytest.raises(InputError, match=r"unknown metric 'network.my_clock.burn'"):
        playbook(guarded)
    book = playbook(guarded, names=("my_clock.burn",))
    assert book.guards[0].names == ("to.taobao_3min.budget_left", "network.my_clock.burn")
    assert from_plain(book.source, ("my_clock.burn",)).digest == book.digest
