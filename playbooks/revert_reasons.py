"""Why a run goes back, for people."""

from __future__ import annotations

from playbooks.words import Words

WHY: dict[str, Words] = {
    "key": Words("按键还原", "taken back by hand"),
    "declined": Words("有人说不", "somebody said no"),
    "cancelled": Words("已取消", "cancelled"),
    "expiry": Words("到时还原", "its time is over"),
    "condition": Words("还原条件成立", "its end condition holds"),
    "step_failed": Words("步骤失败,退回已做部分", "a step failed half-way"),
}
"""By the word that the journal has for it."""
