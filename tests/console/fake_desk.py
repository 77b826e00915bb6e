"""A desk of made values: the views a screen draws, and the intents it sends, kept for the test to look at."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.alert import Acknowledgement, Alert
from alerts.rows import RowAttributes
from console.intents import Intent, Outcome
from console.view import DeskView, JournalView, LinkView, Mark, PlaybookView
from feeds.board_view import BoardView, SiteView
from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.columns import Columns, Window, unknown_columns
from feeds.contract import Row
from feeds.metrics_stored import WAIT_EDGES_S
from feeds.text import clean
from playbooks.action import Candidate
from playbooks.preview import GuardView, Preview, StepPlan
from playbooks.run import Order, RunState, RunView, StepState, StepView
from playbooks.words import Words
from tests.console.made_clocks import made_clocks


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an asynchronous test to its end."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


NOW = 1_794_312_271.0
"""2026-11-10 20:04:31 in Shanghai."""

SITES = (
    ("hefei", "合肥", "Hefei"),
    ("nanchang", "南昌", "Nanchang"),
    ("wuhan", "武汉", "Wuhan"),
    ("changsha", "长沙", "Changsha"),
    ("jinan", "济南", "Jinan"),
    ("zhengzhou", "郑州", "Zhengzhou"),
    ("xian", "西安", "Xi'an"),
    ("chengdu", "成都", "Chengdu"),
    ("guiyang", "贵阳", "Guiyang"),
    ("taiyuan", "太原", "Taiyuan"),
    ("shenyang", "沈阳", "Shenyang"),
    ("yichang", "宜昌", "Yichang"),
    ("ganzhou", "赣州", "Ganzhou"),
)
CATEGORIES = (("apparel", "服饰"), ("digital", "3C数码"), ("beauty", "美妆"), ("grocery", "快消"))
PLATFORMS = ("taobao", "jd", "douyin", "pdd")


def queue_rows(site: str, number: int) -> tuple[Row, ...]:
    """A site's own row and `number` queues."""
    rows = [Row("site", kind="site")]
    for i in range(number):
        category, zh = CATEGORIES[i % len(CATEGORIES)]
        name = f"{category.title()} {i:02d}"
        rows.append(
            Row(
                f"q{i:02d}",
                "queue",
                f"{zh}{i:02d}",
                name,
                f"shop-{i % 5}",
                PLATFORMS[i % 4],
                category,
                "pre-sale",
                "chat",
                category,
                category,
            )
        )
    return tuple(rows)


def block(rows: Sequence[Row], seed: int, load: float = 1.0) -> Columns:
    """Figures that hang together for these rows, the site's own row first."""
    n = len(rows)
    gauges = np.full((n, len(GAUGE_INDEX)), np.nan, np.float32)
    counters = np.zeros((n, len(COUNTER_INDEX)))
    start = np.zeros((n, len(COUNTER_INDEX)))
    rng = np.random.default_rng(seed)
    waiting = np.floor(rng.gamma(2.0, 3.0 * load, n))
    gauge: dict[str, NDArray[Any]] = {
        "waiting": waiting,
        "oldest_wait_s": waiting * 4.0 * load,
        "waiting_over_30s": np.floor(waiting * 0.2),
        "agents_rostered": np.full(n, 40.0),
        "agents_online": np.full(n, 36.0),
        "agents_available": np.full(n, 3.0),
        "agents_busy": np.full(n, 29.0),
        "agents_acw": np.full(n, 2.0),
        "rest_meal": np.full(n, 2.0),
        "rest_meeting": np.zeros(n),
        "chats_open": np.full(n, 110.0) * load,
        "slots": np.full(n, 116.0),
        "slots_free": np.full(n, 6.0),
        "concurrency_cap": np.full(n, 4.0),
        "bot_share": np.full(n, 0.2),
    }
    for name, values in gauge.items():
        gauges[1:, GAUGE_INDEX[name]] = values[1:]
        total = np.nanmax(values[1:]) if name in ("oldest_wait_s", "concurrency_cap") else values[1:].sum()
        gauges[0, GAUGE_INDEX[name]] = total if n > 1 else values[0]
    offered = rng.uniform(800, 2_000, n)
    counter: dict[str, NDArray[Any]] = {"offered": offered, "answered": offered * 0.78, "abandoned": offered * 0.04}
    counter |= {"bot_entered": offered * 0.2, "bot_contained": offered * 0.14, "completed": offered * 0.75}
    counter |= {
        "wait_answered_sum_s": offered * 11,
        "handle_sum_s": offered * 300,
        "first_responses": offered * 0.7,
        "first_response_sum_s": offered * 9,
    }
    for edge in WAIT_EDGES_S:
        counter[f"answered_within_{edge}s"] = offered * 0.78 * (1 - math.exp(-edge / (14 * load)))
    for name, values in counter.items():
        counters[1:, COUNTER_INDEX[name]] = values[1:]
        counters[0, COUNTER_INDEX[name]] = values[1:].sum() if n > 1 else values[0]
    start[:] = counters * 0.9
    windows = {
        "1m": Window(counters * 0.995, 60.0),
        "15m": Window(start, 900.0),
        "day": Window(np.zeros_like(counters), 72_271.0),
    }
    return Columns(n, gauges, GAUGE_INDEX, counters, COUNTER_INDEX, windows)


class FakeCourses:
    """Courses that are known functions of time, without a board to remember them."""

    def __init__(self, at: float) -> None:
        self.at = at

    def course(self, site: str, row_id: str, metric: str, seconds: int, points: int) -> NDArray[np.float64]:
        """A wave with a gap."""
        x = np.linspace(0.0, 1.0, points)
        values = (np.sin(x * 7.0 + len(site) + self.at / 60.0) + 1.1) * (0.45 if metric.startswith("service") else 40.0)
        values[(x > 0.3) & (x < 0.38)] = np.nan
        return values

    def as_of(self, at: float) -> FakeCourses:
        """The same of then."""
        return FakeCourses(at)

    def total(self, rows: Mapping[str, Sequence[str]], metric: str, seconds: int, points: int) -> NDArray[np.float64]:
        """As many waves as there are rows."""
        found = [self.course(site, row, metric, seconds, points) for site, ids in rows.items() for row in ids]
        return np.sum(found, axis=0) if found else np.full(points, np.nan)

    def day(self, site: str, metric: str, row_id: str = "*") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Rates as a day has them; answers fall behind in the evening."""
        times = np.arange(self.at - 72_000.0, self.at, 60.0)
        hour = (times - times[0]) / 3600.0
        rate = 120.0 + 80.0 * np.sin(hour / 3.0) + np.where(hour > 17, (hour - 17) * 90.0, 0.0)
        return times, np.minimum(rate * 0.94, 260.0) if metric == "answers_per_s" else rate


def site_view(
    at: float, site: tuple[str, str, str], number: int, seed: int, state: str = "live", load: float = 1.0
) -> SiteView:
    """One site with `number` queues."""
    rows = queue_rows(site[0], number)
    known = block(rows, seed, load)
    dark = state in ("unknown", "never")
    columns = unknown_columns(len(rows)) if dark else known
    last = unknown_columns(len(rows)) if state == "never" else known
    return SiteView(site[0], site[1], site[2], state, at - (48.0 if dark else 1.0), rows, 0, columns, last)  # type: ignore[arg-type]


def link_view(site: str, state: str = "live") -> LinkView:
    """The link to a site in a state of the board."""
    ages = {"live": (0.8, 1.1), "late": (2.6, 2.9), "unknown": (48.2, 48.9), "never": (math.nan, math.nan)}[state]
    faults: Mapping[str, int] = {"gap": 2, "old": 1} if state == "late" else {}
    return LinkView(site, "up" if state in ("live", "late") else "down", *ages, 1.0, 1.0, 0.1, 0, faults)


def alert(
    key: str,
    severity: str = "critical",
    *,
    rule: str = "oldest-wait-critical",
    number: int = 0,
    state: str = "firing",
    at: float = NOW,
    site: tuple[str, str, str] = SITES[0],
    taken: str = "",
    playbook: str | None = "bot-overflow",
    inhibited: bool = False,
) -> Alert:
    """An alert of a queue or site."""
    site_id, _, row = key.partition("/")
    queue = row != "*"
    attributes = RowAttributes(
        key, "queue" if queue else "site", site_id, zh="服饰00", en="Apparel 00", site_zh=site[1], site_en=site[2]
    )
    ack = Acknowledgement(taken, "on it", at - 20) if taken else None
    said = (
        f"{site[1]} 服饰00 最长等待 3m14,已超平台3分钟线",
        f"{site[2]} Apparel 00: oldest wait 3m14, past the platforms' 3 minutes",
    )
    return Alert(
        f"a{number:04d}",
        rule,
        key,
        site_id,
        severity,
        state,
        at - 130.0,
        at - 130.0 if state == "firing" else None,  # type: ignore[arg-type]
        at + 12 if state == "pending" else None,
        ack,
        194.0,
        False,
        inhibited,
        attributes,
        "最长等待超3分钟",
        "Oldest wait over 3 min",
        lambda _row, _value: said,
        playbook,
    )


def step_view(state: StepState = StepState.SEEN) -> StepView:
    """A step of a run."""
    return StepView(
        Words("机器人分流 30%", "bot share to 30 %"), state, 1.0, False, (), "site.bot_share >= 0.3", NOW + 60, None
    )


def run_view(
    state: RunState = RunState.ACTIVE,
    *,
    id: str = "r0001",  # noqa: A002
    question: Words | None = None,
    choices: tuple[str, ...] = (),
) -> RunView:
    """A run of the bot overflow in Hefei."""
    return RunView(
        id,
        "bot-overflow",
        Words("机器人溢出", "Bot overflow"),
        1,
        state,
        "duty-1",
        ("duty-1",),
        NOW - 720,
        NOW - 700,
        NOW + 6_480,
        NOW - 30 if state in (RunState.REVERTED, RunState.FAILED) else None,
        (("queue", "hefei/q00"), ("share", 0.3)),
        ("hefei",),
        (step_view(),),
        state is RunState.ACTIVE,
        1.0 if state is RunState.ACTIVE else None,
        question,
        choices,
        None,
        "abcd",
    )


def preview_value(*refusals: Words, guards: int = 2) -> Preview:
    """What the bot overflow would do."""
    verdict = "fails" if refusals else "holds"
    return Preview(
        "bot-overflow",
        "d1",
        Words("机器人溢出", "Bot overflow"),
        NOW,
        {"queue": "hefei/q00", "share": 0.3},
        (
            StepPlan(
                "set_bot_share",
                Words("机器人分流 30%", "bot share to 30 %"),
                {"queues": ("hefei/q00",), "share": 0.3},
                (Order("hefei", "set_bot_share", {"queues": ["q00"], "share": 0.3, "token": "t"}),),
                {"q00": 0.2},
                "queue.bot_share >= 0.3",
                60.0,
            ),
        ),
        tuple(GuardView(f"network.load > {i}", verdict, (("network.load", 1.31),)) for i in range(guards)),  # type: ignore[arg-type]
        (Candidate("nanchang", 12.0), Candidate("wuhan", math.nan, Words("数据未知", "its figures are unknown"))),
        (),
        ("hefei",),
        {},
        frozenset({"hefei"}),
        7_200.0,
        1,
        tuple(refusals),
        "hash1",
    )


def desk_view(
    *, sites: Sequence[tuple[str, str, str]] = SITES, queues: int = 8, at: float = NOW, number: int = 1, **changes: Any
) -> DeskView:
    """The evening of the picture in the design: Hefei in trouble, Wuhan dark, Changsha warned, Jinan late."""
    states = {"wuhan": "unknown", "jinan": "late", "ganzhou": "never"}
    loads = {"hefei": 8.0, "changsha": 2.5}
    views = tuple(
        site_view(at, s, queues, i, states.get(s[0], "live"), loads.get(s[0], 0.6)) for i, s in enumerate(sites)
    )
    known = {site[0] for site in sites}
    alerts = (
        alert("hefei/q00", number=1),
        alert("hefei/q01", number=2, taken="duty-2"),
        alert("wuhan/*", rule="site-dark", number=3, site=SITES[2], playbook=None),
        alert("changsha/q02", "warning", rule="oldest-wait-warning", number=4, site=SITES[3]),
        alert("wuhan/q00", number=5, site=SITES[2], inhibited=True),
        alert("jinan/q03", "warning", number=6, site=SITES[4], state="pending"),
    )
    view = DeskView(
        at=at,
        mode="drill",
        zh="双11 2026 · 尖峰",
        en="Double 11 2026 · peak",
        board=BoardView(at, views, FakeCourses(at)),  # type: ignore[arg-type]
        links={s[0]: link_view(s[0], states.get(s[0], "live")) for s in sites},
        alerts=tuple(a for a in alerts if a.site in known),
        runs=(
            run_view(),
            run_view(
                RunState.ASKING, id="r0002", question=Words("要还原吗?", "revert it?"), choices=("revert", "keep")
            ),
        ),
        journal=JournalView("journal.db", 120),
        playbooks=(
            PlaybookView("bot-overflow", "机器人溢出", "Bot overflow", 1, ("queue", "share"), "oldest-wait-critical"),
            PlaybookView("cross-site-move", "跨基地调拨", "Move agents between sites", 2, ("to", "count", "from")),
        ),
        marks=(Mark(at - 3_000, "run", "机器人溢出", "bot overflow"),),
        next_at=at + 235.0,
        next_zh="00:00",
        next_en="00:00",
        number=number,
        clocks=made_clocks(views, at, {"hefei": 300.0, "changsha": 80.0}),
    )
    return replace(view, **changes)


class FakeDesk:
    """A desk that answers as it is told to."""

    def __init__(self, view: DeskView | None = None, answer: Callable[[Intent], Outcome] | None = None) -> None:
        self.view = view if view is not None else desk_view()
        self.sent: list[tuple[Intent, str]] = []
        self.answer = answer if answer is not None else (lambda _intent: Outcome())

    def submit(self, intent: Intent, who: str) -> Future[Outcome]:
        """Keep the intent and answer at once."""
        self.sent.append((intent, who))
        future: Future[Outcome] = Future()
        try:
            future.set_result(self.answer(intent))
        except Exception as problem:  # noqa: BLE001 - handed to whoever waits, as a real desk does
            future.set_exception(problem)
        return future

    def tick(self, seconds: float = 1.0, **changes: Any) -> DeskView:
        """The next view: later, with these changes."""
        self.view = replace(self.view, at=self.view.at + seconds, number=self.view.number + 1, **changes)
        return self.view


HOSTILE = tuple(
    clean(text)
    for text in (
        "[/]",
        "[@click=app.quit]x[/]",
        "宽" * 300,
        "\x1b]0;t\x07\x1b[2J",
        "a\u202eb",
        "[link=http://x]a",
        "line\nbreak",
    )
)
"""What sites may call themselves, as it is after `feeds.text.clean`."""
