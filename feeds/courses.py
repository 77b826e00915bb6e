"""How figures moved: one value a second for the last 15 minutes, one a minute for the day, for the metrics flagged so.

Kept in rings of float32, one pair a site. Beyond `MAX_FULL_ROWS` rows on the board only the roll-ups by site and of
the network are kept. A second without a believed value is a gap (NaN), never the value before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import METRICS
from feeds.columns import Columns, Floats
from feeds.rollup import NETWORK, roll_up
from feeds.site_view import SiteView

TRACKED: tuple[str, ...] = tuple(name for name, metric in METRICS.items() if metric.history)
"""The metrics whose course is kept."""

MAX_FULL_ROWS = 5_000
FINE_S = 900
"""Seconds kept at one a second."""
COARSE_MINUTES = 1_440
"""Minutes kept at one a minute."""

_Taken = tuple[str, tuple[str, ...], Floats]
"""A site, the rows of it whose course is kept, and their tracked values."""


@dataclass(frozen=True, slots=True)
class CourseNews:
    """What was sampled of one site: seconds × rows × `TRACKED`, and minutes likewise where more than seconds is new."""

    site: str
    rows: tuple[str, ...]
    seconds: NDArray[np.int64]
    values: NDArray[np.float32]
    minutes: NDArray[np.int64]
    minute_values: NDArray[np.float32]


_TRACK_AT = {name: i for i, name in enumerate(TRACKED)}


class _Ring:
    """`length` slots, one per step of the clock; a slot whose stamp is another step's holds nothing."""

    def __init__(self, length: int, rows: int) -> None:
        self.length = length
        self.stamps = np.full(length, -1, np.int64)
        self.values = np.full((length, rows, len(TRACKED)), np.nan, np.float32)

    def put(self, step: int, values: Floats) -> None:
        slot = step % self.length
        self.stamps[slot], self.values[slot] = step, values

    def after(self, step: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The steps after `step` that hold something, oldest first, and their values."""
        steps = np.sort(self.stamps[self.stamps > max(step, -1)])
        return steps, self.values[steps % self.length]

    def course(self, last_step: int, count: int, row: int, track: int) -> Floats:
        steps = np.arange(last_step - count + 1, last_step + 1)
        slots = steps % self.length
        values: Floats = self.values[slots, row, track].astype(np.float64)
        values[self.stamps[slots] != steps] = np.nan
        return values

    def courses(self, last_step: int, count: int, rows: Sequence[int], track: int) -> Floats:
        """The courses of several rows at once, steps × rows."""
        steps = np.arange(last_step - count + 1, last_step + 1)
        slots = steps % self.length
        values: Floats = self.values[slots[:, None], np.array(rows, np.int64)[None, :], track].astype(np.float64)
        values[self.stamps[slots] != steps] = np.nan
        return values


class _SiteCourse:
    def __init__(self, rows: Sequence[str]) -> None:
        self.rows = {row: i for i, row in enumerate(rows)}
        self.fine = _Ring(FINE_S, len(rows))
        self.coarse = _Ring(COARSE_MINUTES, len(rows))


class Courses:
    """The courses of all sites and of the network; written by the desk once a second, read by any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sites: dict[str, _SiteCourse] = {}
        self._second = -1

    def sample(self, at: float, sites: Sequence[SiteView]) -> None:
        """Remember this second of every site that is believed, and of the network. Once a second at most."""
        second = floor(at)
        if second <= self._second:
            return
        believed = [site for site in sites if site.state in ("live", "late")]
        if sum(len(site.rows) for site in sites) > MAX_FULL_ROWS:
            rollup = roll_up(believed, "site")
            values = _tracked(rollup.columns)
            taken: list[_Taken] = [(site, (NETWORK,), values[i : i + 1]) for i, site in enumerate(rollup.keys)]
        else:
            taken = [(site.id, _row_keys(site), _tracked(site.columns)) for site in believed]
        if taken:
            taken.append((NETWORK, (NETWORK,), _tracked(roll_up(sites, "all").columns)))
        with self._lock:
            self._second = second
            for key, rows, values in taken:
                self._put(key, rows, second, values)

    def _put(self, key: str, rows: tuple[str, ...], second: int, values: Floats) -> None:
        course = self._sites.get(key)
        if course is None or tuple(course.rows) != rows:
            course = self._sites[key] = _SiteCourse(rows)
        course.fine.put(second, values)
        course.coarse.put(second // 60, values)

    @property
    def second(self) -> int:
        """The last second that was sampled; -1 before the first."""
        return self._second

    def sites(self) -> tuple[str, ...]:
        """The sites whose courses are kept, the network (`*`) among them."""
        with self._lock:
            return tuple(self._sites)

    def news(self, site: str, after: int) -> CourseNews | None:
        """What was sampled of a site after a second, for `take` elsewhere; None where nothing was."""
        with self._lock:
            found = self._sites.get(site)
            if found is None:
                return None
            seconds, values = found.fine.after(after)
            whole = after < self._second - FINE_S // 2
            minutes, minute_values = found.coarse.after(after // 60 if whole else self._second)
        if not len(seconds) and not len(minutes):
            return None
        return CourseNews(site, tuple(found.rows), seconds, values, minutes, minute_values)

    def take(self, news: CourseNews) -> None:
        """Put in what was sampled elsewhere. ValueError where it does not fit together."""
        for steps, values in ((news.seconds, news.values), (news.minutes, news.minute_values)):
            if values.shape != (len(steps), len(news.rows), len(TRACKED)):
                raise ValueError("a course of another shape")
        with self._lock:
            course = self._sites.get(news.site)
            if course is None or tuple(course.rows) != news.rows:
                course = self._sites[news.site] = _SiteCourse(news.rows)
            for ring, steps, values in (
                (course.coarse, news.minutes, news.minute_values),
                (course.fine, news.seconds, news.values),
                (course.coarse, news.seconds // 60, news.values),
            ):
                for step, value in zip(steps.tolist(), values, strict=True):
                    ring.put(step, value)
            self._second = max(self._second, int(news.seconds[-1]) if len(news.seconds) else -1)

    def course(self, site: str, row_id: str, metric: str, seconds: int, points: int) -> Floats:
        """The last `seconds` (up to 900) of one metric as `points` values, oldest first; NaN where nothing is known.

        `row_id` is a queue's id, or `*` for the site's own row; site `*` is the network. Each point is the mean of
        what is known in its stretch.
        """
        seconds = min(max(seconds, 1), FINE_S)
        points = min(max(points, 1), seconds)
        with self._lock:
            found = self._sites.get(site)
            if found is None or metric not in _TRACK_AT or row_id not in found.rows:
                return np.full(points, np.nan)
            values = self._fine(found, seconds, found.rows[row_id], _TRACK_AT[metric])
        return _thinned(values, points)

    def total(self, rows: Mapping[str, Sequence[str]], metric: str, seconds: int, points: int) -> Floats:
        """The same for several rows added up: `rows` gives the ids by site. What is not known is left out."""
        seconds = min(max(seconds, 1), FINE_S)
        points = min(max(points, 1), seconds)
        sums, known = np.zeros(seconds), np.zeros(seconds, np.bool_)
        with self._lock:
            for site, ids in rows.items():
                found = self._sites.get(site)
                if found is None or metric not in _TRACK_AT:
                    continue
                here = [found.rows[row_id] for row_id in ids if row_id in found.rows]
                values = self._fine_of_all(found, seconds, here, _TRACK_AT[metric])
                sums += np.nansum(values, axis=1)
                known |= ~np.isnan(values).all(axis=1)
        return _thinned(np.where(known, sums, np.nan), points)

    def _fine(self, of: _SiteCourse, seconds: int, row: int, track: int) -> Floats:
        return of.fine.course(self._second, seconds, row, track)

    def _fine_of_all(self, of: _SiteCourse, seconds: int, rows: Sequence[int], track: int) -> Floats:
        return of.fine.courses(self._second, seconds, rows, track)

    def as_of(self, at: float) -> Courses:
        """The courses as they were then, as far as they are still kept: what came after is not in them."""
        return CoursesThen(self, floor(at))

    def day(self, site: str, metric: str, row_id: str = NETWORK) -> tuple[Floats, Floats]:
        """(times, values) of one metric, a value a minute (the last of its minute), epoch seconds, oldest first."""
        with self._lock:
            found = self._sites.get(site)
            if found is None or metric not in _TRACK_AT or row_id not in found.rows:
                return np.empty(0), np.empty(0)
            minutes = np.sort(found.coarse.stamps[found.coarse.stamps >= 0])
            track = found.coarse.values[minutes % COARSE_MINUTES, found.rows[row_id], _TRACK_AT[metric]]
        times: Floats = minutes.astype(np.float64) * 60.0
        values: Floats = track.astype(np.float64)
        return times, values


class CoursesThen(Courses):
    """The courses of a desk as of a second that is over. They share its rings: what those let go is a gap here.

    Where the seconds are gone the minutes stand for them: from its end on, each minute's last value for a minute.
    """

    def __init__(self, now: Courses, second: int) -> None:
        super().__init__()
        self._lock, self._sites = now._lock, now._sites
        self._second = second

    def _fine(self, of: _SiteCourse, seconds: int, row: int, track: int) -> Floats:
        return self._fine_of_all(of, seconds, [row], track)[:, 0]

    def _fine_of_all(self, of: _SiteCourse, seconds: int, rows: Sequence[int], track: int) -> Floats:
        fine = of.fine.courses(self._second, seconds, rows, track)
        steps = np.arange(self._second - seconds + 1, self._second + 1)
        gone = of.fine.stamps[steps % FINE_S] != steps
        if gone.any():
            minutes = (steps[gone] + 1) // 60 - 1
            first, last = int(minutes[0]), int(minutes[-1])
            coarse = of.coarse.courses(last, last - first + 1, rows, track)
            fine[gone] = coarse[minutes - first]
        return fine

    def day(self, site: str, metric: str, row_id: str = NETWORK) -> tuple[Floats, Floats]:
        """The minutes that were over then."""
        times, values = super().day(site, metric, row_id)
        over = times + 60.0 <= self._second + 1
        return times[over], values[over]


def _row_keys(site: SiteView) -> tuple[str, ...]:
    """The ids of a site's rows, its own row as `*`."""
    return tuple(NETWORK if i == site.site_row else row.id for i, row in enumerate(site.rows))


def _tracked(columns: Columns) -> Floats:
    """The tracked metrics of a block, rows × metrics."""
    return np.stack([columns[name] for name in TRACKED], axis=1)


def _thinned(values: Floats, points: int) -> Floats:
    """`values` as `points` means of stretches that are as equal as can be; NaN where a stretch knows nothing."""
    borders: NDArray[np.int64] = np.linspace(0, len(values), points + 1).astype(np.int64)
    known = ~np.isnan(values)
    totals = np.add.reduceat(np.where(known, values, 0.0), borders[:-1])
    counts = np.add.reduceat(known.astype(np.float64), borders[:-1])
    counts[counts == 0.0] = np.nan
    return totals / counts
