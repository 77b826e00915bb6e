"""Many notices in few texts: every one of them, in order, within the limit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.notices.grouping import Envelope, fits, message, size
from alerts.notices.notice import Notice
from alerts.notices.receivers import Language
from feeds.text import clean
from tests.alerts.notices.made import AT, notice

DESK = Envelope("指挥台" * 20, "Desk " * 40, drill=True, repeat=True)


def texts(notices: list[Notice], language: Language, limit: int, envelope: Envelope = DESK) -> list[str]:
    """All the messages that it takes."""
    made, left = [], notices
    while left:
        count = fits(left, language, limit)
        made.append(message(left[:count], left[count:], language, envelope, limit))
        left = left[count:]
    return made


def storm(number: int) -> list[Notice]:
    return [
        notice(
            i,
            site=f"s{i % 13}",
            site_zh=f"基地{i % 13}",
            rule=f"r{i % 3}",
            title_zh=f"规则{i % 3}",
            queue_zh=f"队列{i}",
        )
        for i in sorted(range(number), key=lambda i: (i % 13, i % 3))
    ]


def test_a_few_are_sentences_and_many_are_grouped_and_counted() -> None:
    (few,) = texts([notice(1), notice(2)], "zh", 2_048)
    assert few.count("▲ 严重 触发 合肥") == 2
    first, *others = texts(storm(200), "zh", 2_048)
    lines = first.splitlines()
    assert "200 条" in lines[1]
    assert lines[1].startswith("共 200 条：基地")
    assert lines[1].endswith("等 39 组")
    assert "条随后发送" in lines[0]
    assert len(others) < 6
    everything = "\n".join([first, *others])
    assert all(f"队列{i} " in everything for i in range(200))


def test_of_one_alert_earlier_news_stands_before_later() -> None:
    b, a = notice(2, "resolved"), notice(1)
    news = [b, a, replace(a, kind="resolved", state="resolved", at=AT + 1), *storm(20)]
    (text,) = texts(news, "zh", 18_000)
    assert text.index("✓ 恢复 合肥 最长等待超3分钟: 服饰02") < text.index("触发 合肥 最长等待超3分钟: 服饰01")
    assert text.index("触发 合肥 最长等待超3分钟: 服饰01") < text.rindex("✓ 恢复 合肥 最长等待超3分钟: 服饰01")


def test_a_storm_takes_few_messages_of_the_larger_robots() -> None:
    assert len(texts(storm(2_600), "zh", 18_000)) <= 8


names = st.text(max_size=80).map(clean)
kinds = st.sampled_from(("firing", "resolved", "reminder", "acknowledged", "flapping", "settled"))


@st.composite
def news(draw: Any) -> Notice:
    number, kind = draw(st.integers(0, 40)), draw(kinds)
    words = {
        name: draw(names)
        for name in (
            "title_zh",
            "title_en",
            "message_zh",
            "message_en",
            "site_zh",
            "site_en",
            "queue_zh",
            "who",
            "note",
        )
    }
    return notice(number, kind, site=draw(st.sampled_from("abc")), queue_en=f"<{number}>", **words)


@settings(max_examples=60)
@given(
    st.lists(news(), min_size=1, max_size=60), st.sampled_from(("zh", "en", "both")), st.sampled_from((2_048, 6_000))
)
def test_every_text_is_within_the_limit_and_every_notice_in_one(
    given_news: list[Notice], language: Language, limit: int
) -> None:
    made = texts(given_news, language, limit, DESK)
    assert all(size(text) <= limit for text in made)
    assert not any(text.endswith("…") and size(text) > limit - 8 for text in made), "cut"
    if language == "en" and len(given_news) > 12:
        everything = "\n".join(made)
        for one in given_news:
            assert f"<{one.key[-2:].lstrip('0') or '0'}>" in everything


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_what_was_measured_to_fit_does_so_whatever_waits_behind_it_later(language: Language) -> None:
    waiting = storm(30)
    count = fits(waiting, language, 2_048)
    for behind, repeat in ((0, False), (10, True), (5_000, True)):
        more = [*waiting[count:], *storm(behind)]
        text = message(waiting[:count], more, language, replace(DESK, repeat=repeat), 2_048)
        assert size(text) <= 2_048
        for one in waiting[:count]:
            assert (one.queue_zh if language == "zh" else one.queue_en) in text
