"""Everything a key can do, in one table: bindings, footer, help and the `:` command line are made from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from console.action import Action as Action
from console.actions_figures import FIGURE_ACTIONS
from console.actions_matrix import MATRIX_ACTIONS
from console.actions_personal import PERSONAL_ACTIONS
from console.actions_timeline import TIMELINE_ACTIONS
from console.i18n import N_
from console.key_names import key_label

if TYPE_CHECKING:
    from textual.binding import BindingType

_BOARDS = ("overview", "site", "shop")
_TABBED = (*_BOARDS, "queue", "clocks", "playbooks", "preflight", "ledger", "handover", "figure")
_ALERTS = (*_BOARDS, "queue", "alerts", "alert", "matrix")
"""The screens on which an alert can be meant."""

_WITHOUT_HOURS = (
    *_BOARDS, "queue", "alerts", "alert", "clocks", "playbooks", "ledger", "people", "preflight", "silences",
)  # fmt: skip
"""The screens on which h goes nowhere to the left: no hours to go back in, no cells."""

ACTIONS: tuple[Action, ...] = (
    Action(
        "open",
        ("enter",),
        "↵",
        N_("open"),
        (*_BOARDS, "alerts", "alert", "queue", "clocks", "forecast", "ledger"),
        "open_row",
        1,
    ),
    Action("preview", ("enter",), "↵", N_("preview"), ("playbooks",), "open_row", 1),
    Action("confirm", ("enter",), "↵", N_("run it"), ("preview",), "confirm", 1),
    Action("take_rules", ("enter",), "↵", N_("take these rules"), ("reload",), "take", 1),
    Action("parameters", ("equals_sign",), "=", N_("change parameters"), ("preview",), "parameters", 3),
    Action("back", ("escape", "backspace"), "esc", N_("back"), ("app",), "step_back", 2, "back"),
    Action("filter", ("slash",), "/", N_("filter"), (*_BOARDS, "alerts", "playbooks", "matrix"), "filter", 3),
    Action("command", ("colon",), ":", N_("command"), ("app",), "command_line", 4),
    Action("acknowledge", ("a",), "a", N_("acknowledge"), _ALERTS, "acknowledge", 5, "ack", N_("[30m] [note]")),
    Action("unacknowledge", ("u",), "u", N_("give back; nobody has it any more"), _ALERTS, "unacknowledge", 0, "unack"),
    Action("assign", ("w",), "w", N_("owner; who answers for it"), _ALERTS, "assign", 15, "assign", N_("NAME")),
    Action(
        "silence",
        ("z",),
        "z",
        N_("silence; for a time, not resolved"),
        _ALERTS,
        "silence",
        14,
        "silence",
        N_("[rule|site] 30m [02:00-04:00 [mon-fri]] [why]"),
    ),
    Action(
        "unsilence",
        ("x",),
        "x",
        N_("end a silence"),
        (*_ALERTS, "silences"),
        "unsilence",
        16,
        "unsilence",
        N_("[ID]"),
    ),
    Action("silences", ("Z",), "Z", N_("silences"), ("app",), "silences", 0, "silences"),
    Action("playbooks", ("p",), "p", N_("playbooks"), _ALERTS, "playbooks", 6, "playbooks"),
    Action("best", ("b",), "b", N_("best playbook for it; its preview"), _ALERTS, "best_playbook", 7, "best"),
    Action("ledger", ("L",), "L", N_("ledger: borrowed, switched on, promised"), ("app",), "ledger", 0, "ledger"),
    Action("handover", ("h",), "h", N_("handover"), _WITHOUT_HOURS, "app.handover", 0, "handover"),
    Action(
        "offer",
        ("O",),
        "O",
        N_("offer the desk to whoever comes in"),
        ("handover",),
        "offer",
        3,
        "offer",
        N_("[note]"),
    ),
    Action("take_over", ("x",), "x", N_("take over; I accept it"), ("handover",), "take_over", 4, "takeover"),
    Action("alerts", ("A",), "A", N_("all alerts"), (*_BOARDS, "queue", "playbooks", "alert"), "alerts", 8, "alerts"),
    Action("clocks", ("c",), "c", N_("clocks and budgets"), _ALERTS, "clocks", 8, "clocks"),
    Action("forecast", ("f",), "f", N_("staffing and forecast"), _ALERTS, "forecast", 9, "forecast"),
    Action("earlier", ("left", "h"), "← h", N_("earlier hours"), ("forecast",), "shift(-1)", 3, "earlier"),
    Action("later", ("right", "l"), "→ l", N_("later hours"), ("forecast",), "shift(1)", 4, "later"),
    Action("present", ("0",), "0", N_("the hours around now"), ("forecast",), "shift(0)", 5, "now"),
    Action(
        "revert",
        ("r",),
        "r",
        N_("revert; undo a run"),
        (*_BOARDS, "queue", "playbooks", "ledger"),
        "revert",
        7,
        "revert",
    ),
    Action(
        "extend",
        ("e",),
        "e",
        N_("keep a run 30 min longer"),
        ("playbooks", "overview", "ledger"),
        "extend",
        8,
        "extend",
    ),
    Action("approve", ("v",), "v", N_("approve a proposed run"), ("overview", "playbooks"), "approve", 8, "approve"),
    Action("people", ("W",), "W", N_("who is here, whom to call"), ("app",), "people", 0, "people"),
    Action(
        "phoned",
        ("C",),
        "C",
        N_("write down what a site said by phone"),
        ("overview", "site", "alerts", "alert", "people"),
        "phoned",
        0,
        "phoned",
        N_("[1h] [down] [what they said]"),
    ),
    Action(
        "stop_automatic",
        ("X",),
        "X",
        N_("stop what is about to start by itself"),
        ("app",),
        "stop_automatic",
        0,
        "stop",
    ),
    Action(
        "panic",
        ("ctrl+x",),
        "^x",
        N_("panic; nothing happens by itself any more"),
        ("app",),
        "panic",
        0,
        "panic",
        N_("[off|why]"),
    ),
    Action("preflight", ("P",), "P", N_("preflight: go or no-go"), (*_BOARDS, "alerts"), "preflight", 0, "preflight"),
    Action("look_again", ("r",), "r", N_("look again"), ("preflight",), "look_again", 5),
    Action("try_receivers", ("T",), "T", N_("test the receivers"), ("preflight",), "try_receivers", 6),
    Action("accept", ("x",), "x", N_("accept what is unknown here"), ("preflight",), "accept", 7),
    Action("note", (), "", N_("write into the log"), ("app",), "note", 0, "note", N_("TEXT")),
    Action("promise", (), "", N_("write down a promise, until when"), ("app",), "promise", 0, "promise", N_("2h TEXT")),
    Action("kept", (), "", N_("a promise has been kept"), ("app",), "kept", 0, "kept", N_("[PROMISE]")),
    Action(
        "lock",
        (),
        "",
        N_("hold something against playbooks"),
        ("app",),
        "lock",
        0,
        "lock",
        N_("[agents:SITE:CATEGORY 30m why]"),
    ),
    Action("unlock", (), "", N_("give back what you hold"), ("app",), "unlock", 0, "unlock", N_("[KEY]")),
    Action(
        "break_glass",
        (),
        "",
        N_("begin a proposed run alone, with a reason"),
        ("app",),
        "break_glass",
        0,
        "breakglass",
        N_("RUN why"),
    ),
    Action("done", (), "", N_("a run's task is done"), ("app",), "done", 0, "done", N_("[RUN]")),
    Action("yes", ("y",), "y", N_("yes, or a run's first answer"), ("app",), "answer('y')"),
    Action("no", ("n",), "n", N_("no, or a run's last answer"), ("app",), "answer('n')"),
    Action("other", ("o",), "o", N_("a run's other answer"), ("app",), "answer('o')"),
    Action("sort", ("s",), "s", N_("sort; again: next column"), _BOARDS, "sort_next(1)", 9, "sort"),
    Action("sort_left", ("less_than_sign",), "<", N_("sort by the column to the left"), _BOARDS, "sort_next(-1)"),
    Action("sort_right", ("greater_than_sign",), ">", N_("sort by the column to the right"), _BOARDS, "sort_next(1)"),
    Action("sort_turn", ("S",), "S", N_("turn the order round"), _BOARDS, "sort_turn"),
    Action("sort_none", ("0",), "0", N_("rows in their own places again"), _BOARDS, "sort_none", 0, "unsort"),
    Action("by_site", ("1",), "1", N_("rows: sites"), ("overview",), "group('site')", 0, "sites"),
    Action("by_shop", ("2",), "2", N_("rows: shops"), ("overview",), "group('shop')", 0, "shops"),
    Action("by_category", ("3",), "3", N_("rows: categories"), ("overview",), "group('category')", 0, "categories"),
    Action("by_platform", ("4",), "4", N_("rows: platforms"), ("overview",), "group('platform')", 0, "platforms"),
    Action("by_queue", ("5",), "5", N_("rows: all queues"), ("overview",), "group('queue')", 0, "queues"),
    Action(
        "breaches",
        ("exclamation_mark",),
        "!",
        N_("breaches; only what is not in order"),
        (*_BOARDS, "alerts", "matrix"),
        "breaches",
        10,
        "breaches",
    ),
    Action(
        "freeze", ("space",), "space", N_("freeze; the view holds, all else goes on"), ("app",), "freeze", 11, "freeze"
    ),
    Action("drill", ("d",), "d", N_("drill: the coach's panel"), ("app",), "drill", 0, "drill"),
    Action("pause", ("p",), "p", N_("pause; or go on"), ("coach",), "app.pause", 3),
    Action("inject_here", ("i",), "i", N_("inject; let something happen"), ("coach",), "app.inject", 5),
    Action("seek_here", ("b",), "b", N_("go back; to a time or moment"), ("coach",), "app.seek", 6),
    Action("mark_here", ("m",), "m", N_("mark; name this moment"), ("coach",), "app.mark", 8),
    Action("reveal_here", ("v",), "v", N_("reveal; the truth, to all"), ("coach",), "app.reveal", 7),
    Action("ready", ("1",), "1–9", N_("inject a ready one, changed or as it is"), ("coach",), "app.ready(1)"),
    Action("pausing", (), "", N_("drill: pause, or go on"), ("app",), "pause", 0, "pause"),
    Action("pace", (), "", N_("drill: its pace, 1 to 60; 0 pauses"), ("app",), "pace_to", 0, "pace", N_("N")),
    Action(
        "inject",
        (),
        "",
        N_("drill: inject; let something happen"),
        ("app",),
        "inject",
        0,
        "inject",
        N_("surge site=hefei factor=3 for=10m"),
    ),
    Action(
        "seek",
        (),
        "",
        N_("drill: go back; what came after is undone"),
        ("app",),
        "seek",
        0,
        "seek",
        N_("-5m|20:10|start|NAME"),
    ),
    Action("mark", (), "", N_("drill: name this moment, to go back to"), ("app",), "mark", 0, "mark", N_("[NAME]")),
    Action("reveal", (), "", N_("drill: reveal the truth"), ("app",), "reveal", 0, "reveal"),
    Action("slower", ("left_square_bracket",), "[", N_("drill: half the pace"), ("app",), "pace(0.5)", 0, "slower"),
    Action("faster", ("right_square_bracket",), "]", N_("drill: double the pace"), ("app",), "pace(2.0)", 0, "faster"),
    Action("reload", (), "", N_("see what the rule files would change"), ("app",), "reload_rules", 0, "reload"),
    Action("lock_rules", (), "", N_("lock the rules for a while: 2h"), ("app",), "lock_rules", 0, "lockrules"),
    Action("unlock_rules", (), "", N_("unlock the rules"), ("app",), "unlock_rules", 0, "unlockrules"),
    Action("slow_link", (), "", N_("slow link: less is drawn"), ("app",), "slow_link", 0, "slow", N_("on|off|auto")),
    *TIMELINE_ACTIONS,
    *MATRIX_ACTIONS,
    Action("help", ("question_mark", "f1"), "?", N_("keys"), ("app",), "help", 12, "help"),
    Action("quit", ("ctrl+q",), "^q", N_("quit"), ("app",), "quit", 13, "quit"),
    *PERSONAL_ACTIONS,
    Action("up", ("up", "k"), "↑ k", N_("up"), ("list",), "move(-1)"),
    Action("down", ("down", "j"), "↓ j", N_("down"), ("list",), "move(1)"),
    Action("top", ("home", "g"), "g", N_("first row"), ("list",), "move_to(0)"),
    Action("bottom", ("end", "G"), "G", N_("last row"), ("list",), "move_to(-1)"),
    Action("page_up", ("pageup", "ctrl+u"), "PgUp", N_("a page up"), ("list",), "page(-1)"),
    Action("page_down", ("pagedown", "ctrl+d"), "PgDn", N_("a page down"), ("list",), "page(1)"),
    Action("next_panel", ("l", "right"), "tab l", N_("next panel"), _TABBED, "app.focus_next"),
    Action("last_panel", ("left",), "←", N_("panel before"), _TABBED, "app.focus_previous"),
    *FIGURE_ACTIONS,
)


_in_force = ACTIONS


def use_actions(actions: Sequence[Action]) -> None:
    """Name these in footers, help and commands from now on: the table with a user's own keys."""
    global _in_force  # noqa: PLW0603 - one process serves one person
    _in_force = tuple(actions)
    key_of.cache_clear()


def of_scope(*scopes: str) -> list[Action]:
    """The actions of some scopes, in the table's order."""
    return [action for action in _in_force if any(scope in action.scopes for scope in scopes)]


def bindings(*scopes: str) -> list[BindingType]:
    """Textual's bindings for the actions of some scopes, by whose ids a user's keys take their places."""
    from textual.binding import Binding

    found = (action for action in ACTIONS if any(scope in action.scopes for scope in scopes))
    return [
        Binding(key, _by_key(action), show=False, id=action.id)
        for action in found
        for key in action.keys or (unbound(action),)
    ]


def _by_key(action: Action) -> str:
    """What a key of an action does: of one that is a command alone, begin to type it."""
    return action.method if action.keys or not action.argument else f"app.type_command('{action.command}')"


@cache
def key_of(action: str) -> str:
    """The key in force for an action, as sentences name it; its command where it has none."""
    found = next(one for one in _in_force if one.id == action)
    return key_label(found.keys[0]) if found.keys else f":{found.command}"


def unbound(action: Action) -> str:
    """The key that nobody can press, of an action that has none."""
    return f"no-key-{action.id}"


def footer(scope: str, without: Iterable[str] = ()) -> list[Action]:
    """What the footer of a screen names, most useful first."""
    hidden = set(without)
    hidden |= {"back"} if scope == "overview" else set()
    shown = [action for action in of_scope(scope, "app") if action.footer and action.id not in hidden]
    return sorted(shown, key=lambda action: action.footer)


def commands(scope: str) -> dict[str, Action]:
    """The words of the command line on a screen."""
    return {action.command: action for action in of_scope(scope, "app") if action.command}
