"""`python -m benchmarks [NAME …] [--quick] [--json FILE]`: run benchmarks one after the other, a line of JSON each.

Each runs in a process of its own, so that none is measured with another's memory or threads. Exit status 1 when one of
them failed to run; a target that was missed is in its figures and changes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

NAMES: tuple[str, ...] = (
    "decode", "thousand_sites", "table", "matrix", "overview", "hours", "latency", "notice", "start", "headless", "day",
    "rules", "storm", "projection", "simulate", "stepping", "audit", "consoles", "moves", "runs",
)  # fmt: skip
"""The benchmarks, in the order in which they run; each is the module of that name."""

ROOT = Path(__file__).resolve().parent.parent


def run(names: list[str], quick: bool, into: Path | None) -> int:
    """Run the benchmarks called `names`, print a line for each, and write them all `into` a file."""
    outcomes: list[dict[str, Any]] = []
    failed = False
    for name in names:
        more = ["--quick"] if quick else []
        ended = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *more],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        if ended.returncode:
            print(f"benchmarks: {name} failed with status {ended.returncode}", file=sys.stderr)
            failed = True
            continue
        print(ended.stdout, end="", flush=True)
        outcomes.append(json.loads(ended.stdout))
    if into is not None:
        into.write_text(json.dumps({"benchmarks": outcomes}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(failed)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: all of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="shorter windows, rougher figures")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all outcomes into this file as well")
    given = parser.parse_args()
    for name in given.names:
        if name not in NAMES:
            parser.error(f"no benchmark {name!r}; there are {', '.join(NAMES)}")
    return run(given.names or list(NAMES), given.quick, given.json)


if __name__ == "__main__":
    sys.exit(main())
