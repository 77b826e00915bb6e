"""The shipped playbook tests with a desk that is killed before and after each of its writes."""

from __future__ import annotations

import pytest

from console.playbook_tests.reading import PlaybookTest, read_playbook_tests
from console.playbook_tests.trying import run_playbook_test, shipped_playbook_tests

KILLED = [test for path in shipped_playbook_tests() for test in read_playbook_tests(path) if test.kill == "all"]


@pytest.mark.crash
@pytest.mark.timeout(600)
@pytest.mark.parametrize("test", KILLED, ids=lambda test: test.name)
def test_the_shipped_tests_hold_however_often_the_desk_is_killed(test: PlaybookTest) -> None:
    result = run_playbook_test(test)
    assert result.kills
    assert [str(failure) for failure in result.failures] == []
