# ruff: noqa: E501 - one case, one line
"""`notify.yaml`: what is wrong with it is one line with its place; secrets are found and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.notices.receivers import endpoint, load_receivers
from feeds.errors import InputError
from tests.alerts.notices.made import receiver


def load(tmp_path: Path, *lines: str, sites: tuple[str, ...] = ("hefei", "wuhan")) -> object:
    path = tmp_path / "notify.yaml"
    path.write_text("receivers:\n" + "".join(f"  - {line}\n" for line in lines), encoding="utf-8")
    return load_receivers(path, sites)


GOOD = (
    "{id: ding, kind: dingtalk, url_env: DING_URL, secret_env: DING_SECRET, severities: [critical], sites: [hefei]}",
    "{id: feishu, kind: feishu, url_file: feishu.url, language: both, repeat: 15m}",
    "{id: wecom, kind: wecom, url_env: WECOM_URL, drills: true}",
    "{id: hook, kind: webhook, url: 'https://x.example/y', template: '{\"t\": \"${text_zh}\"}'}",
    "{id: am, kind: alertmanager, url: 'http://127.0.0.1:9093', resolve_timeout: 5m}",
)


def test_all_kinds_are_read(tmp_path: Path) -> None:
    read = load(tmp_path, *GOOD)
    assert [one.kind for one in read] == ["dingtalk", "feishu", "wecom", "webhook", "alertmanager"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("line", "place", "said"),
    [
        ("{id: a, kind: slack, url: 'http://x'}", "2:19", "alertmanager"),
        ("{id: a, kind: dingtalk, url: 'https://oapi.dingtalk.com/robot/send?access_token=T'}", "2:34", "url_env or url_file"),
        ("{id: a, kind: dingtalk}", "2:10", "nothing says where it is"),
        ("{id: a, kind: webhook, url: 'http://x', url_env: X}", "2:", "say both where it is"),
        ("{id: a, kind: webhook, url: 'ftp://x'}", "2:33", "http://"),
        ("{id: a, kind: wecom, url_env: X, secret_env: Y}", "2:50", "sign nothing"),
        ("{id: a, kind: feishu, url_env: X, template: x}", "2:", "own format"),
        ("{id: a, kind: webhook, url: 'http://x', repeat: 600}", "2:53", "no unit"),
        ("{id: a, kind: webhook, url: 'http://x', repeat: 5s}", "2:53", "at least 30s"),
        ("{id: a, kind: webhook, url: 'http://x', sites: [hefie]}", "2:53", "nearest: 'hefei'"),
        ("{id: a, kind: webhook, url: 'http://x', severity: [info]}", "2:", "severit"),
        ("{id: a, kind: alertmanager, url: 'http://x', drills: true}", "2:", "drill"),
        ("{id: a, kind: webhook, url: 'http://x', template: '{\"t\": \"${mesage_zh}\"}'}", "2:63", "unknown field 'mesage_zh'; expected 'message_zh'"),
        ("{id: a, kind: webhook, url: 'http://x', template: '{\"t\": ${message_zh}}}'}", "2:", "no JSON"),
        ("{id: a, kind: webhook, url: 'http://x', template: 'cost $5', content_type: text/plain}", "2:61", "dollar"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line_with_its_place(tmp_path: Path, line: str, place: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load(tmp_path, line)
    text = str(caught.value)
    assert f"notify.yaml:{place}" in text, text
    assert said in text, text
    assert "\n" not in text
    assert "access_token=T" not in text


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"3:10.*twice"):
        load(tmp_path, GOOD[2], GOOD[2])


def test_addresses_and_secrets_come_from_the_environment_or_files(tmp_path: Path) -> None:
    (tmp_path / "feishu.url").write_text("https://feishu.example/T\n", encoding="utf-8")
    read: tuple = load(tmp_path, *GOOD)  # type: ignore[type-arg, assignment]
    environment = {"DING_URL": "https://ding.example/T", "DING_SECRET": "SEC1"}
    found = endpoint(read[0], environment)
    assert (found.url, found.secret) == ("https://ding.example/T", "SEC1")
    assert "SEC1" not in repr(found)
    assert "ding.example" not in repr(found)
    assert endpoint(read[1], {}).url == "https://feishu.example/T"
    for one, given, said in (
        (read[0], {}, r"\$DING_URL is empty"),
        (read[0], environment | {"DING_SECRET": " "}, r"\$DING_SECRET is empty"),
        (read[2], {"WECOM_URL": "qyapi"}, "no web address"),
        (receiver(kind="feishu", url_env="", url_file=str(tmp_path / "none")), {}, "No such file"),
    ):
        with pytest.raises(InputError, match=said):
            endpoint(one, given)
