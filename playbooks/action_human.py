"""What is done by people or at the desk itself: a task, a question, a notice, a note, and waiting for something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from playbooks.action import Action, Args, Argument, names_of, number_of, text_of
from playbooks.literals import choice_numbers
from playbooks.roles import role_words
from playbooks.run import By, Order, Reply, Resource
from playbooks.words import Words

TASK_ANSWERS: tuple[str, ...] = ("done", "failed")
"""What whoever has a task says of it."""

UNDO = "undo"


class DeskAction(Action):
    """Something with words and without a site: one order to a person, or to the desk itself."""

    by: ClassVar[By] = "person"

    def words(self, args: Args) -> Words:
        """The sentence of the playbook."""
        return sentence(args, "say")

    def resources(self, args: Args) -> tuple[Resource, ...]:  # noqa: ARG002 - people are not locked
        """Nothing is held."""
        return ()

    def body(self, args: Args) -> dict[str, object]:
        """What the journal keeps of it beside its words."""
        return {"to": args["to"]} if "to" in args else {}

    def orders(self, args: Args, token: str) -> tuple[Order, ...]:  # noqa: ARG002 - nothing moves
        """The one order."""
        within = number_of(args, "within") if "within" in args else 0.0
        return (Order("", self.name, self.body(args), self.by, self.words(args), within),)

    def next_order(self, args: Args, replies: tuple[Reply, ...], token: str) -> Order | None:
        """The one order, once."""
        return None if replies else self.orders(args, token)[0]

    def inverse(
        self,
        args: Args,
        replies: tuple[Reply | None, ...],
        observed: Mapping[str, float],  # noqa: ARG002 - nothing to observe
        token: str,  # noqa: ARG002 - nothing moves
    ) -> tuple[Order, ...]:
        """The task that undoes it, where it has one."""
        if not replies or not args.get(UNDO):
            return ()
        return (Order("", self.name, self.body(args), self.by, sentence(args, UNDO), number_of(args, "within")),)


class Task(DeskAction):
    """`task {say, to, undo, within}`: somebody does it and says so. Undone by the task `undo`."""

    name = "task"
    arguments = (
        Argument("say", "words"),
        Argument("to", "name"),
        Argument(UNDO, "undo"),
        Argument("within", "seconds", default=900.0),
    )

    def words(self, args: Args) -> Words:
        """Who does what."""
        said = sentence(args, "say")
        to = role_words(text_of(args, "to"))
        return Words(f"{to.zh}:{said.zh}", f"{to.en}: {said.en}")


class Notice(Task):
    """`notice {say, to, undo, within}`: a text for merchants or buyers, written down and sent; undone by another."""

    name = "notice"

    def body(self, args: Args) -> dict[str, object]:
        """To whom, and the text."""
        said = sentence(args, "say")
        return {"to": args["to"], "zh": said.zh, "en": said.en}

    def words(self, args: Args) -> Words:
        """To whom the text goes."""
        said = sentence(args, "say")
        to = role_words(text_of(args, "to"))
        return Words(f"通知{to.zh}:{said.zh}", f"Notice to the {to.en}: {said.en}")


class PersonDecides(DeskAction):
    """`ask {say, to, answer, choices, within}`: a question.

    Without `answer` a no ends the run, and what was done before it goes back. With it the run goes on, and later steps
    may ask in `when` for `$answer`: 1 for yes and 0 for no, or the number of the choice.
    """

    name = "ask"
    arguments = (
        Argument("say", "words"),
        Argument("to", "name", default="duty-manager"),
        Argument("answer", "name", default=""),
        Argument("choices", "choices", default=("yes=1", "no=0")),
        Argument("within", "seconds", default=600.0),
    )

    def body(self, args: Args) -> dict[str, object]:
        """Who is asked, what may be answered, and the name of the answer."""
        return {"to": args["to"], "answer": args["answer"], "choices": choice_numbers(args["choices"])}


class Note(DeskAction):
    """`note {say}`: into the log. Nothing undoes it."""

    name = "note"
    arguments = (Argument("say", "words"),)
    by = "desk"


class Wait(DeskAction):
    """`wait {until, within}`: nothing is done until the condition holds; not held in time, a person is asked."""

    name = "wait"
    arguments = (Argument("until", "condition"), Argument("within", "seconds"))

    def words(self, args: Args) -> Words:
        """What is waited for."""
        return Words(f"等待:{text_of(args, 'until')}", f"Wait until {text_of(args, 'until')}")

    def orders(self, args: Args, token: str) -> tuple[Order, ...]:  # noqa: ARG002 - it does nothing
        """None."""
        return ()

    def next_order(self, args: Args, replies: tuple[Reply, ...], token: str) -> Order | None:  # noqa: ARG002 - as above
        """None."""
        return None


def sentence(args: Args, name: str) -> Words:
    """An argument that is a sentence."""
    zh, en = names_of(args, name)
    return Words(zh, en)
