"""What customers count: as shipped, and as a file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.checking import check_file
from feeds.contract import Row
from feeds.errors import InputError
from playbooks.ahead.worth import LEAST, Worth, load_worth


def test_a_shop_goes_before_its_tier_and_the_file_before_what_is_shipped(tmp_path: Path) -> None:
    path = tmp_path / "worth.yaml"
    assert load_worth(path) == Worth()
    path.write_text("worth:\n  tiers: {1: 3, 7: 0.1}\n  shops: {yunxiu: 5}\n", "utf-8")
    worth = load_worth(path)
    found = [
        worth.of(Row("q", tier=tier, shop=shop)) for tier, shop in ((1, ""), (2, ""), (7, ""), (8, ""), (2, "yunxiu"))
    ]
    assert found == [3.0, 1.0, 0.1, LEAST, 5.0]
    assert "what customers count: good" in check_file(path)


@pytest.mark.parametrize(
    "wrong", ["{shops: {a: 0}}", "{shops: {a: -1}}", "{tiers: {12: 1}}", "{shop: {a: 1}}", "{tiers: {1: x}}"]
)
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "worth.yaml"
    path.write_text(f"worth: {wrong}\n", "utf-8")
    with pytest.raises(InputError, match=r"worth\.yaml:1"):
        load_worth(path)
