"""The exceptions of the whole house, so that the command line can turn each into one clear line.

DutyDeckError
├── InputError        a file, an option or a frame is not what it should be: where, what, what was expected
├── FrameError        one frame of one site cannot be used (counted by its `kind`, never fatal to another site)
├── JournalError      the journal cannot be written or its hash chain does not hold
└── RefusedError      a command or an operator's request is refused, with the reason
"""

from __future__ import annotations


class DutyDeckError(Exception):
    """Base of everything that DutyDeck raises on purpose."""


class InputError(DutyDeckError):
    """Something that a person or another system wrote cannot be used.

    `where` names the file (or option), `line` and `column` count from 1 where they are known,
    `what` says what is wrong, `expected` what would have been right. `str()` is the one line that people see:
    `rules/peak.yaml:12:7: unknown metric 'waitng'; expected a metric of the catalogue, nearest: 'waiting'`.
    """

    def __init__(
        self, where: str, what: str, expected: str = "", *, line: int | None = None, column: int | None = None
    ) -> None:
        self.where, self.what, self.expected, self.line, self.column = where, what, expected, line, column
        super().__init__(where, what, expected, line, column)

    def __str__(self) -> str:
        place = self.where
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        tail = f"; expected {self.expected}" if self.expected else ""
        return " ".join(f"{place}: {self.what}{tail}".split())


class FrameError(DutyDeckError):
    """A frame that cannot be used. `kind` is what it is counted under: see `feeds.contract.FAULTS`."""

    def __init__(self, kind: str, detail: str = "") -> None:
        self.kind, self.detail = kind, detail
        super().__init__(f"{kind}: {detail}" if detail else kind)


class JournalError(DutyDeckError):
    """The journal cannot be opened, written or verified."""


class RefusedError(DutyDeckError):
    """A request is refused. `code` is stable for scripts, the message for people, `zh` the same in 中文 where known."""

    def __init__(self, code: str, message: str, zh: str = "") -> None:
        self.code, self.message, self.zh = code, message, zh or message
        super().__init__(message)
