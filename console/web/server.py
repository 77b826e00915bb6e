"""The web server of `dutydeck web`: a login form, the page with the terminal, and a WebSocket for each tab."""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import hdrs, web

from console.i18n import Language, choose_language
from console.remote.rates import Strangers
from console.web.browser_side import Asset, assets, page
from console.web.checks import fitting_size, same_origin
from console.web.sessions import LASTS_S, Session, Sessions
from console.web.tab import Tab
from console.web.who import DeskDoor

COOKIE = "dutydeck"
MOST_TABS = 16
_MOST_FORM_BYTES = 4_096
_MOST_MESSAGE_BYTES = 4 * 1024 * 1024
_PING_EVERY_S = 15.0
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_REFUSED = {
    "unknown": "令牌不对或已失效 · this token is not known at the desk, or not good any more",
    "wait": "错误太多，请稍候再试 · too many wrong tokens: wait a little",
    "away": "值班台未连上，请稍候再试 · the desk is not reached: try again",
    "page": "请求不是来自本页 · this was not sent by this page",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the browser's consoles are run: the command that attaches one, and who may come from where."""

    command: Callable[[Language], Sequence[str]]
    """The command line of a console in a language; its token is in its environment."""
    lang: str = ""
    only_token: str = ""
    """Where it is set, no other token is taken here."""
    origins: tuple[str, ...] = ()
    most_tabs: int = MOST_TABS


@dataclass
class WebDeck:
    """One server. It knows no desk and draws nothing: the desk is asked who may in, a process draws each tab."""

    door: DeskDoor
    settings: WebSettings
    clock: Callable[[], float] = time.monotonic
    sessions: Sessions = field(init=False)
    tabs: int = 0

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.clock)
        self._strangers = Strangers(self.clock)
        self._assets = assets()
        self._sockets: set[web.WebSocketResponse] = set()

    def app(self) -> web.Application:
        """The application."""
        app = web.Application(client_max_size=_MOST_FORM_BYTES, middlewares=[_careful])
        app.router.add_get("/", self._index)
        app.router.add_post("/login", self._login)
        app.router.add_post("/logout", self._logout)
        app.router.add_get("/alive", self._alive)
        app.router.add_get("/ws", self._tab)
        app.router.add_get("/static/{name}", self._static)
        app.on_shutdown.append(self._close)
        return app

    async def _close(self, _app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001, message=b"the server is being stopped")

    async def _index(self, request: web.Request) -> web.Response:
        if await self._still_good(request) is None:
            return _html(page("login.html").replace("{said}", ""))
        return _html(page("deck.html"))

    async def _alive(self, request: web.Request) -> web.Response:
        """For a page that lost its console: whether coming again makes sense."""
        return web.json_response({"in": self._session(request) is not None})

    async def _login(self, request: web.Request) -> web.Response:
        if not self._own_page(request):
            return _html(page("login.html").replace("{said}", _REFUSED["page"]), 403)
        address = request.remote or ""
        if not self._strangers.may_try(address):
            return _html(page("login.html").replace("{said}", _REFUSED["wait"]), 429)
        form = await request.post()
        token = str(form.get("token", "")).strip()
        fits = not self.settings.only_token or hmac.compare_digest(token.encode(), self.settings.only_token.encode())
        known = await self.door.who(token) if token.isascii() and token.isprintable() and token and fits else None
        if known is None or known.answer != "known":
            answer = known.answer if known is not None else "unknown"
            if answer == "unknown":
                self._strangers.failed(address)
            status = {"unknown": 401, "wait": 429, "away": 503}[answer]
            return _html(page("login.html").replace("{said}", _REFUSED[answer]), status)
        done = web.HTTPSeeOther("/")
        done.set_cookie(
            COOKIE,
            self.sessions.begin(token, known.name, known.role),
            max_age=int(LASTS_S),
            httponly=True,
            samesite="Lax",
            secure=request.headers.get(hdrs.ORIGIN, "").startswith("https:"),
        )
        raise done

    async def _logout(self, request: web.Request) -> web.Response:
        if self._own_page(request):
            self.sessions.end(request.cookies.get(COOKIE, ""))
        done = web.HTTPSeeOther("/")
        done.del_cookie(COOKIE)
        raise done

    async def _tab(self, request: web.Request) -> web.WebSocketResponse:
        if not self._own_page(request):
            raise web.HTTPForbidden(text="this was not asked by a page of this server\n")
        session = await self._still_good(request)
        if session is None:
            raise web.HTTPUnauthorized(text="log in first\n")
        if self.tabs >= self.settings.most_tabs:
            raise web.HTTPServiceUnavailable(text="too many tabs are open\n")
        socket = web.WebSocketResponse(heartbeat=_PING_EVERY_S, max_msg_size=_MOST_MESSAGE_BYTES, timeout=2.0)
        self.tabs += 1
        self._sockets.add(socket)
        try:
            await socket.prepare(request)
            size = fitting_size(request.query.get("width"), request.query.get("height"))
            lang = choose_language(self.settings.lang or _asked_language(request), {})
            await Tab(self.settings.command(lang), session.token, size).serve(socket)
        finally:
            self.tabs -= 1
            self._sockets.discard(socket)
        return socket

    async def _static(self, request: web.Request) -> web.Response:
        asset: Asset | None = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "max-age=3600", "Vary": "Accept-Encoding"}
        packed = "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "")
        if packed:
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=asset.packed if packed else asset.data, content_type=asset.kind, headers=headers)

    def _own_page(self, request: web.Request) -> bool:
        return same_origin(request.headers.get(hdrs.ORIGIN), request.headers.get(hdrs.HOST), self.settings.origins)

    def _session(self, request: web.Request) -> Session | None:
        return self.sessions.of(request.cookies.get(COOKIE, ""))

    async def _still_good(self, request: web.Request) -> Session | None:
        """The login of a request, unless the desk does not know its token any more."""
        session = self._session(request)
        if session is not None and (await self.door.who(session.token)).answer == "unknown":
            self.sessions.end(request.cookies.get(COOKIE, ""))
            return None
        return session


@web.middleware
async def _careful(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer says what the page may do."""
    try:
        answer = await handler(request)
    except web.HTTPException as refusal:
        _add_headers(request, refusal)
        raise
    if not answer.prepared:
        _add_headers(request, answer)
    return answer


def _add_headers(request: web.Request, answer: web.StreamResponse) -> None:
    host = request.headers.get(hdrs.HOST, "")
    named = host if all(char.isalnum() or char in "-.:[]" for char in host) else ""
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value.format(socket=f"ws://{named} wss://{named}" if named else ""))


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _asked_language(request: web.Request) -> str:
    """The browser's first language."""
    return request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(",")[0].split(";")[0].strip()
