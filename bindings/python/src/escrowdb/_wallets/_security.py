"""Security answers and short codes: what a customer shows beside a password."""

from __future__ import annotations

from collections.abc import Mapping

from .. import _record as field
from .._constants import Channel
from .._library import lib
from .._values import IdLike, id_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import given
from ._text_record import TextRecord, as_structs


class SecurityAnswer(TextRecord):
    """An answer to a security question."""

    __slots__ = ()
    C_TYPE = "escrow_security_answer"

    # These are written by generate.py.
    answer = texts.hidden("What the customer answers.")
    question = field.u32("The host's number of the question, up to 65,535.")

    def __init__(self, question: int, answer: str) -> None:
        self._fill(question=whole_number(question, "a question", 32), answer=answer)


class SecurityAnswers(Calling):
    """Security answers and short codes."""

    def set_security_answers(self, person: IdLike, answers: Mapping[int, str]) -> None:
        """Sets the answers to security questions, by the caller's number of each, up to 65,535.

        While the person is registering, and if the policy asks for them. They are compared
        exactly, unless the policy folds case.

        Refused: `SECURITY_ANSWERS_ARE_OFF` unless the policy asks for them,
        `SECURITY_ANSWERS_MUST_BE_SET` if they are too few or one question is answered twice,
        `TOO_MANY`, `TEXT_MUST_BE_VALID`, `REGISTRATION_NOT_FOUND`, `ADDRESS_MUST_BE_CONFIRMED`.
        """
        if not isinstance(answers, Mapping):
            raise TypeError(f"answers must be a dict, not {type(answers).__name__}")
        records = [SecurityAnswer(question, answer) for question, answer in answers.items()]
        structs = as_structs(SecurityAnswer.C_TYPE, records)
        function = lib.escrow_person_set_security_answers
        self._command(function, id_struct(person, "person"), structs.pointer, len(records))

    def check_security_answer(
        self, person: IdLike, question: int, answer: str, actor: Actor
    ) -> None:
        """Checks the answer to one security question for a member of staff.

        One input among others. After a wrong answer no other question is taken until this one is
        answered.

        Refused: `SECURITY_ANSWERS_ARE_OFF`, `CREDENTIALS_MUST_MATCH`, `CREDENTIAL_IS_LOCKED`,
        `CREDENTIAL_IS_LOCKED_FOR_GOOD`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, text = actor_struct(actor), given(answer, "an answer")
        number = whole_number(question, "a question", 32)
        function = lib.escrow_person_check_security_answer
        self._command(function, id_struct(person, "person"), number, *text, struct.pointer)

    def send_code(self, person: IdLike, purpose: int, channel: Channel) -> None:
        """Sends a person a short code of eight digits.

        `purpose` is the caller's own number, up to 65,535: a code for one purpose is not good for
        another, and a new one ends the one before. Two for one purpose come a minute apart, and a
        person gets ten within 24 hours, whatever they are for, unless the policy says otherwise.

        Refused: `PERSON_NOT_FOUND`, `PROFILE_MUST_BE_SET` for a code by telephone,
        `TEXT_MUST_BE_VALID` for an unknown channel, `TOO_SOON` and `TOO_MANY_TODAY` with the time
        until which to wait, `TOO_MANY` while too many letters of the person wait for the host.
        """
        numbers = (whole_number(purpose, "a purpose", 32), whole_number(channel, "a channel", 32))
        self._command(lib.escrow_code_send, id_struct(person, "person"), *numbers)

    def check_code(self, person: IdLike, purpose: int, code: str) -> None:
        """Checks a short code, which is used up by it.

        Spaces and hyphens between its digits are overlooked. Five tries, ten minutes, unless the
        policy says otherwise; why a code is not good is not told.

        Refused: `CODE_MUST_MATCH`.
        """
        text, number = given(code, "a code"), whole_number(purpose, "a purpose", 32)
        self._command(lib.escrow_code_check, id_struct(person, "person"), number, *text)
