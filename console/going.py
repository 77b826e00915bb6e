"""From anything to what it belongs to: a queue to its site or shop, a site to the network; and the way back."""

from __future__ import annotations

from console.board_rows import Within
from console.draw.crumbs import crumbs_line
from console.draw.lines import Line
from console.i18n import _
from console.run_actions import RunActions
from console.screens.deck_screen import DeckScreen


class GoingActions(RunActions):
    """The part of the app that goes from place to place. What was open stays open beneath."""

    def to_site_of(self, screen: DeckScreen, key: str) -> None:
        """From a row (`site/queue`) to its site; from a site to the network, the cursor on it."""
        from console.screens.site import SiteScreen

        site, _slash, _queue = key.partition("/")
        if screen.where() == f"site {site}":
            self._to_network(site)
        elif self.newest.site(site) is not None:
            self.push_screen(SiteScreen(site))
        else:
            self.say(_("nothing here belongs to a site"))

    def _to_network(self, site: str) -> None:
        from console.screens.overview import OverviewScreen

        while len(self.screen_stack) > 1:
            self.pop_screen()
        if isinstance(self.screen, OverviewScreen):
            self.screen.board.prefer(site)

    def to_shop_of(self, key: str) -> None:
        """From a row to its shop at all sites."""
        from console.screens.shop import ShopScreen

        found = self.newest.row(key)
        shop = found[1].shop if found is not None and found[1] is not None else ""
        if shop:
            self.push_screen(ShopScreen(Within("shop", shop)))
        else:
            self.say(_("no queue of a shop is meant here"))

    def crumbs(self, width: int) -> list[Line]:
        """The way to the screen in front; on the root there is none."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, DeckScreen)]
        return [crumbs_line([screen.crumb() for screen in screens], width)] if len(screens) > 1 else []
