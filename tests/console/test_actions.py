"""The table of actions: every key leads somewhere, and help says so."""

from __future__ import annotations

from collections import Counter

import pytest

from console import i18n
from console.actions import ACTIONS, commands, footer, of_scope
from console.app import DutyDeckApp
from console.draw.footer import keys_line
from console.draw.help import help_lines
from console.draw.lines import plain, width_of
from console.screens.after_sale import AfterSaleScreen
from console.screens.alert import AlertScreen
from console.screens.alerts import AlertsScreen
from console.screens.behind import BehindScreen
from console.screens.charts import ChartsScreen
from console.screens.clocks import ClocksScreen
from console.screens.coach import CoachScreen
from console.screens.deck_screen import CRUMBS, DeckScreen
from console.screens.figure import FigureScreen
from console.screens.forecast import ForecastScreen
from console.screens.handover import HandoverScreen
from console.screens.help import HelpScreen
from console.screens.leaders import LeadersScreen
from console.screens.ledger import LedgerScreen
from console.screens.matrix import MatrixScreen
from console.screens.overview import OverviewScreen
from console.screens.palette import PaletteScreen
from console.screens.people import PeopleScreen
from console.screens.playbooks import PlaybooksScreen
from console.screens.preflight import PreflightScreen
from console.screens.preview import PreviewScreen
from console.screens.queue import QueueScreen
from console.screens.reload import ReloadScreen
from console.screens.settings import SettingsScreen
from console.screens.shop import ShopScreen
from console.screens.silences import SilencesScreen
from console.screens.site import SiteScreen
from console.screens.views import ViewsScreen
from console.screens.wall import WallScreen
from console.widgets.live_rows import LiveRows
from console.widgets.matrix_panel import MatrixPanel
from console.widgets.painted import ReadPanel

NAMED_BY_THEIR_PLACE = {"site", "shop", "queue", "alert"}

SCREENS: dict[str, type[DeckScreen]] = {
    screen.scope: screen
    for screen in (
        AlertScreen,
        AlertsScreen,
        ClocksScreen,
        BehindScreen,
        ChartsScreen,
        CoachScreen,
        FigureScreen,
        ForecastScreen,
        HandoverScreen,
        LedgerScreen,
        MatrixScreen,
        HelpScreen,
        OverviewScreen,
        PeopleScreen,
        PlaybooksScreen,
        PreflightScreen,
        PreviewScreen,
        QueueScreen,
        ShopScreen,
        ReloadScreen,
        SettingsScreen,
        PaletteScreen,
        SilencesScreen,
        SiteScreen,
        WallScreen,
        ViewsScreen,
        LeadersScreen,
        AfterSaleScreen,
    )
}


def test_every_screen_has_a_name_on_the_way() -> None:
    assert set(CRUMBS) == set(SCREENS) - NAMED_BY_THEIR_PLACE


def test_every_action_has_its_method_where_it_belongs() -> None:
    for action in ACTIONS:
        name = action.method.split("(")[0]
        if name.startswith("app."):
            assert hasattr(DutyDeckApp, f"action_{name[4:]}")
            continue
        for scope in action.scopes:
            apart = {"app": (DutyDeckApp,), "past": (DutyDeckApp,), "list": (LiveRows, ReadPanel, MatrixPanel)}
            owners = apart.get(scope) or (SCREENS[scope],)
            for owner in owners:
                assert hasattr(owner, f"action_{name}"), f"{action.id} in {scope}"


@pytest.mark.parametrize("scope", SCREENS)
def test_no_key_means_two_things_on_one_screen(scope: str) -> None:
    keys = Counter(key for action in of_scope(scope, "list", "app") for key in action.keys)
    assert [key for key, number in keys.items() if number > 1] == []


@pytest.mark.parametrize("scope", SCREENS)
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_footer_fits_and_always_names_the_help(scope: str, lang: i18n.Language) -> None:
    i18n.use(lang)
    for width in (20, 80, 120, 200):
        spans = keys_line(footer(scope), width)
        assert width_of(spans) == width
        assert i18n._("keys") in plain(spans)
    i18n.use("en")


def test_help_names_every_key_of_its_screen_and_defines_the_figures() -> None:
    text = "\n".join(plain(spans) for spans in help_lines(of_scope("overview", "list", "app"), "overview", 100))
    for action in of_scope("overview", "list", "app"):
        assert action.says in text
    assert "age of the contact that has waited longest" in text
    assert "chats_open" not in text.split("Definitions")[0]


def test_quitting_takes_more_than_one_plain_key_and_commands_are_unique() -> None:
    quit_action = next(action for action in ACTIONS if action.id == "quit")
    assert quit_action.keys == ("ctrl+q",)
    assert all("q" not in action.keys for action in ACTIONS)
    words = Counter(action.command for action in ACTIONS if action.command)
    assert max(words.values()) == 1
    assert {"quit", "help", "alerts", "playbooks", "ack"} <= set(commands("overview"))
