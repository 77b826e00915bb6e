"""What the `:` line can do on a screen: the words of the action table, and the nouns that take an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING

from console import i18n
from console.actions import Action, commands
from console.board_rows import Within
from console.command_line import complete, understand
from console.draw.settings import SETTINGS, written
from console.i18n import LANGUAGES, _, name_of
from console.leaders.window import READY
from console.saved.saved_view import COLUMN_KEYS
from console.screens.deck_screen import DeckScreen
from console.screens.filtered import FilteredScreen

if TYPE_CHECKING:
    from console.app import DutyDeckApp


def open_command_line(screen: DeckScreen, text: str = "") -> None:
    """Ask for a command on this screen; `text` stands in the line already."""
    words = words_of(screen)
    hint = _("a command; tab completes it")
    done = partial(_run, screen, words)
    screen.ask("command", ":", done, text=text, hint=hint, complete=lambda typed: complete(typed, words))


def words_of(screen: DeckScreen) -> dict[str, Sequence[str]]:
    """Each command with the arguments it can take here."""
    picture = screen.deck.picture
    words: dict[str, Sequence[str]] = dict.fromkeys(commands(screen.scope), ())
    words |= screen.offered()
    words["site"] = [name for site in picture.view.board.sites for name in (site.id, name_of(site))]
    words["queue"] = [f"{site}/{row.id}" for site, row in picture.view.board.keys if row.kind == "queue"]
    words["run"] = [playbook.id for playbook in picture.view.playbooks]
    words["shop"] = list(picture.rollup("shop").keys)
    words["clocks"] = list(picture.view.clocks.clocks)
    words["lang"] = list(LANGUAGES)
    words["set"] = [f"{one.key} {written(value)}" for one in SETTINGS for value, _words in one.choices]
    words |= screen.deck.coach_words()
    words["slow"] = ("on", "off", "auto")
    words["view"] = [one.view for one in screen.deck.shelf.views()]
    words["leaders"] = READY
    words["columns"] = COLUMN_KEYS
    words["lockrules"] = ("30m", "1h", "2h", "4h", "12h")
    board = getattr(screen, "board", None)
    if board is not None:
        words["sort"] = [column.key for column in board.columns]
    if isinstance(screen, FilteredScreen):
        words["filter"] = ()
    return words


def _run(screen: DeckScreen, words: Mapping[str, Sequence[str]], text: str) -> None:
    if not text.strip():
        return
    found = understand(text, words)
    if isinstance(found, str):
        hint = _("; did you mean {word}?").format(word=found) if found else ""
        screen.deck.say(_("no command {text}").format(text=text.split()[0]) + hint, "bad")
        return
    verb, argument = found
    noun = _NOUNS.get(verb)
    if noun is not None and (argument or verb in ("site", "queue", "shop", "run", "lang", "filter", "set")):
        problem = noun(screen, argument)
        if problem:
            screen.deck.say(problem, "bad")
        return
    action = commands(screen.scope)[verb]
    if argument and not action.argument:
        screen.deck.say(_(":{command} takes nothing behind it").format(command=verb), "bad")
        return
    screen.run_worker(act(screen, action, argument))


async def act(screen: DeckScreen, action: Action, argument: str) -> None:
    """Run an action of the table on the screen, or where the screen has none of that name on the app."""
    name = f"action_{action.method.split('(')[0]}"
    namespace = screen if hasattr(screen, name) else screen.deck
    if not action.argument:
        await screen.deck.run_action(action.method, namespace)
        return
    done = getattr(namespace, name)(argument)
    if isawaitable(done):
        await done


def _site(screen: DeckScreen, argument: str) -> str:
    from console.screens.site import SiteScreen

    low = argument.lower()
    for site in screen.deck.picture.view.board.sites:
        if low and low in (site.id.lower(), site.zh.lower(), site.en.lower()):
            screen.deck.push_screen(SiteScreen(site.id))
            return ""
    return _("no site {name}").format(name=argument)


def _queue(screen: DeckScreen, argument: str) -> str:
    from console.screens.queue import QueueScreen

    found = screen.deck.picture.row(argument)
    if found is None or found[1] is None:
        return _("no queue {name}; write site/queue").format(name=argument)
    screen.deck.push_screen(QueueScreen(argument))
    return ""


def _shop(screen: DeckScreen, argument: str) -> str:
    from console.screens.shop import ShopScreen

    if argument not in screen.deck.picture.rollup("shop").keys:
        return _("no shop {name}").format(name=argument)
    screen.deck.push_screen(ShopScreen(Within("shop", argument)))
    return ""


def _clocks(screen: DeckScreen, argument: str) -> str:
    from console.screens.clocks import ClocksScreen

    if argument not in screen.deck.picture.view.clocks.clocks:
        return _("no clock {name}").format(name=argument)
    screen.deck.push_screen(ClocksScreen(argument))
    return ""


def _playbook(screen: DeckScreen, argument: str) -> str:
    from console.screens.playbooks import PlaybooksScreen

    if argument not in {playbook.id for playbook in screen.deck.picture.view.playbooks}:
        return _("no playbook {name}").format(name=argument)
    target = PlaybooksScreen(screen.alert_here())
    screen.deck.push_screen(target)
    target.call_after_refresh(target.preview, argument)
    return ""


def _language(screen: DeckScreen, argument: str) -> str:
    if argument not in LANGUAGES:
        return _("zh or en, not {name}").format(name=argument)
    i18n.use("zh" if argument == "zh" else "en")
    write_anew(screen.deck)
    return ""


def write_anew(deck: DutyDeckApp) -> None:
    """All is written anew in the other language: screens above the root go, the root names its columns anew."""
    from console.screens.overview import OverviewScreen

    while len(deck.screen_stack) > 1:
        deck.pop_screen()
    if isinstance(deck.screen, OverviewScreen):
        deck.screen.name_columns()
    deck.draw()


def _set(screen: DeckScreen, argument: str) -> str:
    key, _blank, text = argument.partition(" ")
    one = next((one for one in SETTINGS if one.key == key), None)
    if one is None:
        return _("no setting {name}; there are: {names}").format(name=key, names=" ".join(s.key for s in SETTINGS))
    value = next((value for value, _words in one.choices if written(value) == text.strip()), text.strip())
    screen.deck.change_setting(key, value)
    return ""


def _sort(screen: DeckScreen, argument: str) -> str:
    done: bool = screen.sort_by(argument)  # type: ignore[attr-defined]  # only offered where there is a board
    return "" if done else _("no column {name}; try {hint}").format(name=argument, hint="wait oldest sl30 load age")


def _filter(screen: DeckScreen, argument: str) -> str:
    if isinstance(screen, FilteredScreen):
        screen.use_filter(argument)
    return ""


def _lock_rules(screen: DeckScreen, argument: str) -> str:
    screen.deck.lock_rules(argument)
    return ""


_NOUNS: Mapping[str, Callable[[DeckScreen, str], str]] = {
    "site": _site,
    "queue": _queue,
    "shop": _shop,
    "clocks": _clocks,
    "run": _playbook,
    "lang": _language,
    "set": _set,
    "lockrules": _lock_rules,
    "sort": _sort,
    "filter": _filter,
}
