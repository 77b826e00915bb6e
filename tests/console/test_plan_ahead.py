"""The next half hour on the preview, suggestions beside alerts, and both over the wire."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from console import i18n
from console.draw.lines import plain, width_of
from console.draw.plan_ahead import advice_lines, ahead_lines
from console.draw.preview import preview_lines
from console.draw.suggested import best_playbook, suggestion_lines
from console.i18n import Language
from console.picture import Picture
from console.remote.plain import Typed, pack, unpack
from console.screens.playbooks import PlaybookRows
from playbooks.library import load_library, shipped
from playbooks.preview import Preview, make_preview
from playbooks.suggesting import Suggestion, in_order
from playbooks.words import Words
from tests.console.fake_desk import alert, desk_view
from tests.playbooks.ahead.made_lanes import DROWNS, foreseen

MOVE = next(book for book in load_library([shipped()]) if book.id == "cross-site-move")


def preview(*, known: bool = True) -> Preview:
    world = foreseen()
    if not known:
        world.lines["hefei"] = [replace(DROWNS, handle_s=math.nan)]
    return make_preview(MOVE, {"to": "hefei/q1", "from": "nanchang", "count": 20}, world, 1_762_790_400.0)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_half_hour_ahead_fits_any_width_and_has_everybody_in_it(lang: Language) -> None:
    i18n.use(lang)
    picture = Picture(desk_view())
    for width in (30, 76, 80, 109, 110, 160, 198):
        lines = ahead_lines(preview(), picture, width)
        text = "\n".join(plain(line) for line in lines)
        assert all(width_of(line) <= width for line in lines if width >= 76)
        for said in (
            ("合肥", "南昌", "不执行", "执行", "受益", "让出") if lang == "zh" else ("without it", "gets", "gives")
        ):
            assert said in text
        if width >= 80:
            assert "–" in text  # the band
            assert "⠤" in text or "⣀" in text or any("⠀" <= c <= "⣿" for c in text)
    i18n.use("en")


def test_what_is_not_known_is_not_drawn_as_nothing() -> None:
    i18n.use("en")
    lines = ahead_lines(preview(known=False), Picture(desk_view()), 100)
    text = "\n".join(plain(line) for line in lines)
    assert "not known" in text
    assert "nan" not in text
    assert ahead_lines(replace(preview(), outlook=None), Picture(desk_view()), 100) == []
    said = replace(preview(), advice=(Words("用机器人", "use the bot"),))
    assert "use the bot" in "\n".join(plain(line) for line in advice_lines(said, 60))
    assert "use the bot" in "\n".join(plain(line) for line in preview_lines(said, Picture(desk_view()), 60))


def one(name: str, effect: float, *why: Words) -> Suggestion:
    return Suggestion(name, Words(name, name), "P10", 2, 4, False, effect, effect, why)


def test_the_best_stands_beside_the_alert_and_first_in_the_catalogue() -> None:
    i18n.use("en")
    about = alert("hefei/q00", playbook="bot-overflow")
    listed = in_order(
        [one("bot-overflow", 20.0), one("cross-site-move", 80.0), one("queue-cap", 9.0, Words("条件", "a guard fails"))]
    )
    plain_view = desk_view(alerts=(about,))
    assert best_playbook(about, Picture(plain_view)) == "bot-overflow"
    picture = Picture(replace(plain_view, suggestions={about.id: listed}))
    assert best_playbook(about, picture) == "cross-site-move"
    text = [plain(line) for line in suggestion_lines(about, picture, 70)]
    assert "cross-site-move" in text[0]
    assert "helps 80" in text[0]
    assert "a guard fails" in text[-1]
    rows = PlaybookRows(picture, about)
    assert rows.ids[0] == "cross-site-move"
    none = Picture(replace(plain_view, suggestions={about.id: (one("cross-site-move", 80.0, Words("否", "no")),)}))
    assert best_playbook(about, none) == "bot-overflow"


def test_previews_and_suggestions_go_over_the_wire() -> None:
    made = preview()
    kind = Typed(Preview)
    back = kind.value(unpack(pack(kind.plain(made))))
    assert back.outlook == made.outlook
    listed = {"a1": (one("bot-overflow", math.nan), one("queue-cap", 3.0, Words("否", "no")))}
    several: Typed[Mapping[str, tuple[Suggestion, ...]]] = Typed(Mapping[str, tuple[Suggestion, ...]])
    got = several.value(unpack(pack(several.plain(listed))))
    assert [s.why_not for s in got["a1"]] == [(), (Words("否", "no"),)]
    assert math.isnan(got["a1"][0].effect)
