"""Preflight of the feeds: does every site speak, do their clocks agree with this one, do their tokens last."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable

from console.preflight.check import NOTHING, Check, Detail, Verdict, names, of_verdict, worst
from console.preflight.facts import PreflightFacts, TokenFacts
from console.preflight.words import age, day, moment
from console.view import LinkView
from feeds.liveness import freshness
from feeds.site_view import SiteView
from playbooks.words import Words

SKEW_WARN_S, SKEW_NO_GO_S = 2.0, 30.0
"""A site's clock this far off is said; so far off, what it dates cannot be laid beside what others date."""

TOKEN_MARGIN_S = 3_600.0
"""A token that ends within this after the peak is said: peaks last longer than planned."""

_SERIOUS = ("second_writer", "wrong_site", "diverged")
"""Faults (`feeds.contract.FAULTS`) that say that somebody else speaks for the site, or that its figures are not its."""


def who(site: SiteView) -> Words:
    """What people call a site."""
    return Words(site.zh or site.id, site.en or site.id)


def check_feeds(facts: PreflightFacts) -> Check:
    """Every site: its link, and the age of its own data."""
    details = [
        _feed(site, facts.view.links.get(site.id), moved=site.id not in facts.unmoved)
        for site in facts.view.board.sites
    ]
    title, verdict = Words("数据源", "Feeds"), worst(detail.verdict for detail in details)
    if not details:
        return Check("feeds", title, "no_go", Words("没有基地", "no sites"), Words("配置基地", "configure the sites"))
    good = of_verdict(details, "go")
    bad = [detail for detail in details if detail.verdict != "go"]
    zh, en = f"{len(good)}/{len(details)} 个基地实时", f"{len(good)} of {len(details)} sites are live"
    if bad:
        listed = names(bad)
        zh, en = f"{zh}；异常：{listed.zh}", f"{en}; not so: {listed.en}"
    todo = Words(
        "致电基地：网关是否在运行、数据源是否还在推进（见各基地所见）",
        "call the site: does its gateway run, does its source move on? (see what each site shows)",
    )
    return Check("feeds", title, verdict, Words(zh, en), todo if bad else NOTHING, tuple(details))


def _feed(site: SiteView, link: LinkView | None, *, moved: bool) -> Detail:
    if link is None:
        return Detail(site.id, who(site), "unknown", Words("没有连接信息", "nothing is known of its link"))
    verdict, found = _never(link) if site.state == "never" else _standing(site, link)
    if verdict in ("go", "warn") and not moved:
        verdict = "unknown"
        found = Words(f"观察期间数据未更新：{found.zh}", f"its data did not move while watched: {found.en}")
    serious = [kind for kind in _SERIOUS if link.faults.get(kind)]
    if serious:
        listed = ", ".join(f"{kind} ×{link.faults[kind]}" for kind in serious)
        verdict = worst((verdict, "no_go" if "second_writer" in serious else "warn"))
        found = Words(f"{found.zh}；故障 {listed}", f"{found.en}; faults: {listed}")
    return Detail(site.id, who(site), verdict, found)


def _never(link: LinkView) -> tuple[Verdict, Words]:
    why = f": {link.detail}" if link.detail else ""
    if link.faults.get("wrong_site"):
        return "no_go", Words(
            "来的是别的基地，或演练与实战混接", "another site answers there, or a drill's on a live desk"
        )
    if link.state == "refused":
        return "no_go", Words(f"网关拒绝连接{why}", f"its gateway refuses the desk{why}")
    if link.state == "down":
        return "no_go", Words(f"连不上{why}", f"it cannot be reached{why}")
    return "unknown", Words("还没有发来数据", "it has not sent anything yet")


def _standing(site: SiteView, link: LinkView) -> tuple[Verdict, Words]:
    ages = Words(
        f"连接 {age(link.link_age_s)}，数据 {age(link.data_age_s)}",
        f"link {age(link.link_age_s)}, data {age(link.data_age_s)} old",
    )
    if site.state == "live":
        return "go", ages
    if site.state == "late":
        return "warn", Words(f"迟到：{ages.zh}", f"late: {ages.en}")
    if link.state != "up":
        return "no_go", Words(f"断线：{ages.zh}", f"dark: {ages.en}")
    if site.suspect:
        return "no_go", Words(f"缺帧，等待重传：{ages.zh}", f"frames are missing: {ages.en}")
    if freshness(link.link_age_s, link.beat_s) != "unknown":
        return "no_go", Words(
            f"数据冻结，连接还在：{ages.zh}", f"frozen: the link lives, its data stand still: {ages.en}"
        )
    return "no_go", Words(f"失联：{ages.zh}", f"dark: {ages.en}")


def check_skew(facts: PreflightFacts) -> Check:
    """Each site's clock against this machine's."""
    title = Words("时钟偏差", "Clock skew")
    if not facts.live:
        found = Words("演练的基地按演练自己的时间", "the sites of a drill keep the drill's own time")
        return Check("skew", title, "not_applicable", found)
    details = [_skew(site, facts.view.links.get(site.id)) for site in facts.view.board.sites]
    verdict = worst(detail.verdict for detail in details)
    believed = [site.id for site in facts.view.board.sites if site.state in ("live", "late")]
    links = (facts.view.links.get(site) for site in believed)
    known = [link.skew_s for link in links if link is not None and math.isfinite(link.skew_s)]
    most = max(known, key=abs, default=math.nan)
    zh, en = f"最大 {age(most)}", f"at most {age(most)}"
    todo = NOTHING
    if verdict in ("warn", "no_go"):
        listed = names(detail for detail in details if detail.verdict == verdict)
        zh, en = f"{zh}：{listed.zh}", f"{en}: {listed.en}"
        todo = _whose_clock(known)
    elif verdict == "unknown":
        listed = names(of_verdict(details, "unknown"))
        zh, en = f"{zh}；未知：{listed.zh}", f"{en}; not known: {listed.en}"
        todo = Words("先恢复这些基地的数据", "bring these sites' feeds back first")
    return Check("skew", title, verdict, Words(zh, en), todo, tuple(details))


def _skew(site: SiteView, link: LinkView | None) -> Detail:
    skew = link.skew_s if link is not None and site.state in ("live", "late") else math.nan
    if not math.isfinite(skew):
        return Detail(site.id, who(site), "unknown", Words("未知", "not known"))
    verdict: Verdict = "no_go" if abs(skew) > SKEW_NO_GO_S else "warn" if abs(skew) > SKEW_WARN_S else "go"
    zh, en = ("快", "ahead") if skew > 0 else ("慢", "behind")
    return Detail(site.id, who(site), verdict, Words(f"{zh} {age(abs(skew))}", f"{age(abs(skew))} {en}"))


def _whose_clock(skews: Iterable[float]) -> Words:
    """Where all sites are off alike, it is this machine that is wrong."""
    known = list(skews)
    middle = statistics.median(known)
    if len(known) > 1 and abs(middle) > SKEW_WARN_S and all(abs(skew - middle) <= SKEW_WARN_S for skew in known):
        return Words(
            "各基地偏差一致：是本机时钟错了，校时（chronyc makestep）后重开值班台",
            "all sites are off alike: this machine is. Set its clock (chronyc makestep), then open the desk anew",
        )
    return Words(
        "请基地校时（chronyc tracking）；数据龄期按本机时钟判断，不受影响",
        "have the site set its clock (chronyc tracking); ages are judged by this machine's and are right",
    )


def check_tokens(facts: PreflightFacts) -> Check:
    """Each site's token against the end of the peak."""
    title = Words("令牌", "Tokens")
    if not facts.configured or not (facts.live or any(token.expires is not None for token in facts.tokens.values())):
        found = Words("演练不看令牌期限", "on a drill no token needs to last")
        return Check("tokens", title, "not_applicable", found)
    details = tuple(_token(site, facts) for site in facts.view.board.sites)
    verdict = worst(detail.verdict for detail in details)
    until = moment(facts.peak.ends)
    if verdict == "go":
        return Check("tokens", title, "go", Words(f"都过得了 {until}", f"all are valid past {until}"), NOTHING, details)
    listed = names(of_verdict(details, verdict))
    found, todo = _TOKENS[verdict]
    return Check("tokens", title, verdict, Words(f"{found.zh}：{listed.zh}", f"{found.en}: {listed.en}"), todo, details)


_TOKENS: dict[Verdict, tuple[Words, Words]] = {
    "no_go": (
        Words("被拒或高峰结束前到期", "refused, or over before the peak ends"),
        Words("向基地换发令牌，写入其变量或文件，重开值班台", "get a new token from the site and open the desk anew"),
    ),
    "unknown": (
        Words("不知何时到期", "nobody says until when"),
        Words(
            "问基地令牌何时到期，在 dutydeck.yaml 写 token_expires",
            "ask the site until when it is good; write it as token_expires in dutydeck.yaml",
        ),
    ),
    "warn": (
        Words("没有令牌，或高峰后一小时内到期", "none in use, or over within an hour after the peak"),
        Words("高峰前换发；网关应要求令牌", "renew before the peak; gateways should want a token"),
    ),
}


def _token(site: SiteView, facts: PreflightFacts) -> Detail:
    token, link = facts.tokens.get(site.id, TokenFacts(shown=False)), facts.view.links.get(site.id)
    verdict, found = _token_found(token, facts)
    if link is not None and link.state == "refused":
        verdict, found = "no_go", Words("网关拒绝此令牌", "its gateway refuses it")
    return Detail(site.id, who(site), verdict, found)


def _token_found(token: TokenFacts, facts: PreflightFacts) -> tuple[Verdict, Words]:
    if not token.shown:
        return "warn", Words("没有令牌", "none: its gateway takes anybody")
    if token.expires is None:
        return "unknown", Words("不知何时到期", "nobody says until when")
    says = {"jwt": "exp", "configured": "token_expires"}.get(token.source, "")
    until = day(token.expires)
    if token.expires <= facts.now:
        return "no_go", Words(f"已于 {until} 到期（{says}）", f"over since {until} ({says})")
    if token.expires <= facts.peak.ends:
        return "no_go", Words(
            f"{until} 到期，早于高峰结束（{says}）", f"over at {until}, before the peak ends ({says})"
        )
    verdict: Verdict = "warn" if token.expires < facts.peak.ends + TOKEN_MARGIN_S else "go"
    return verdict, Words(f"{until} 到期（{says}）", f"until {until} ({says})")
