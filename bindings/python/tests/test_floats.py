"""A float raises `TypeError`, everywhere: in each parameter of each function that takes a number.

The functions are those that the package exports, and the parameters are known by their types, so
that a new one is tested without anybody thinking of it.
"""

from __future__ import annotations

import asyncio
import enum
import inspect
import re
from collections.abc import Iterator
from typing import Any, Callable

import market
import pytest
from conftest import USD

import escrowdb
from escrowdb import (
    Actor,
    CardReference,
    Clock,
    Durability,
    Evidence,
    EvidenceKind,
    Item,
    Leg,
    NewWallet,
    Operation,
    Order,
    OrderPart,
    OrderTerms,
    PartCommand,
    Purchase,
    Resolution,
    Tender,
    TenderKind,
    Terms,
)

#: What makes a parameter one that takes numbers.
NUMBER = re.compile(r"\b(IdLike|AmountLike|TimeLike|Span|int)\b")
NUMBERS = re.compile(r"\b(Iterable|Sequence|Mapping)\[(IdLike|int)\b")
#: These are about Python itself, or take what came from the library.
NOT_ASKED = {
    "Id.from_bytes": "a class method of int",
    "Id.to_bytes": "a method of int",
}

PURCHASE = Purchase(wallet=1, order=2, payee=3, amount=4, ledger=1)
TERMS = OrderTerms(Order(wallet=1, order=2, ledger=1), [OrderPart(payee=3, amount=4)])
EVIDENCE = Evidence.of_scan(EvidenceKind.PASSPORT, b"a scan", reference="scans/1")
CARD = CardReference(
    token="t", brand="Visa", last_four="4242", expiry_year=2030, expiry_month=12, fingerprint="f"
)
LEG = Leg(seller=21, amount=1)
TENDER = Tender(kind=TenderKind.EXTERNAL, source=1, amount=1)
DEAL = Terms(buyer=11, ledger=1, policy=bytes(32), legs=[LEG], tenders=[TENDER])
#: What is given for other parameters, by their types.
GIVEN: list[tuple[str, Any]] = [
    (r"Mapping\[int, str\]", {1: "x"}),
    (r"\bstr\b|Mapping\[str", "x"),
    (r"\bbytes\b", bytes(32)),
    (r"\bbool\b", True),
    (r"PathLike", "/nonexistent/escrow"),
    (r"^Purchase", PURCHASE),
    (r"^OrderTerms", TERMS),
    (r"^Terms", DEAL),
    (r"^PartCommand", PartCommand.ship()),
    (r"Iterable\[Leg\]", [LEG]),
    (r"Iterable\[Item\]", [Item(0)]),
    (r"Iterable\[Tender\]", [TENDER]),
    (r"^Operation\b", Operation.freeze(1)),
    (r"^Actor", Actor.staff("eve", "asked")),
    (r"^Ledger|Union\[int, Ledger\]", USD),
    (r"^CardReference", CARD),
    (r"^Resolution", Resolution.to_wallet(1)),
    (r"^NewWallet", NewWallet(1, account=2, ledger=1, code=1)),
    (r"^Payment\b", market.payment(1001, 5)),
    (r"^Profile", market.profile()),
    (r"(Iterable|Sequence)\[Evidence\]", [EVIDENCE]),
    (r"^Evidence", EVIDENCE),
    (r"(Iterable|Sequence|list)\[Operation\]", []),
    (r"Iterable|Sequence", [1]),
    (NUMBER.pattern, 1),
]


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Gives all that can be called, by name."""
    for name in escrowdb.__all__:
        thing = getattr(escrowdb, name)
        if inspect.isfunction(thing):
            yield name, thing
        # Exceptions are made by the package, of what the library answered.
        if not inspect.isclass(thing) or issubclass(thing, (enum.Enum, Exception)):
            continue
        # What stores and snapshots have in common is tested with each of them.
        if thing is escrowdb.Reading:
            continue
        for member, value in inspect.getmembers(thing, callable):
            if not member.startswith("_"):
                yield f"{name}.{member}", value
        if "__init__" in vars(thing):
            yield f"{name}.__init__", thing


def cases() -> list[tuple[str, str]]:
    """Gives each function with each of its parameters that takes a number."""
    found = []
    for name, function in functions():
        if name in NOT_ASKED:
            continue
        try:
            parameters = inspect.signature(function).parameters.values()
        except ValueError:
            continue  # one of Python's own
        numbers = [each for each in parameters if NUMBER.search(str(each.annotation))]
        found += [(name, each.name) for each in numbers if "Callable" not in str(each.annotation)]
    return found


def given(parameter: inspect.Parameter) -> Any:
    """Gives something for a parameter that is not the one in question."""
    annotation = str(parameter.annotation)
    kind = getattr(escrowdb, annotation, None)
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    for pattern, value in GIVEN:
        if re.search(pattern, annotation):
            return value
    return None


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    """What methods are called on: one of each kind that can be."""
    path = tmp_path_factory.mktemp("floats") / "store"
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        wallets = market.open_market(store)
        with store.snapshot() as snapshot:
            kinds = {"Store": store, "Snapshot": snapshot, "Wallets": wallets, "Ledger": USD}
            yield {**kinds, "Purchase": PURCHASE, "Orders": store.orders()}


@pytest.mark.parametrize(("name", "parameter"), cases(), ids=str)
def test_a_float_is_refused(name, parameter, objects) -> None:
    wrong = 1.0  # whole, so that nothing else can be wrong with it
    function: Callable[..., Any] = dict(functions())[name]
    owner, _, member = name.rpartition(".")
    signature = inspect.signature(function)
    if "NDArray" in str(signature):
        pytest.importorskip("numpy")
    parameters = list(signature.parameters.values())
    if parameters[0].name == "self":
        function, parameters = getattr(objects[owner], member), parameters[1:]
    positional, named = [], {}
    for each in parameters:
        if each.kind in (each.VAR_KEYWORD, each.VAR_POSITIONAL):
            continue
        value = objects["Wallets"] if each.annotation == "Wallets" else given(each)
        if each.name == parameter:
            several = NUMBERS.search(str(each.annotation))
            value = [wrong] if several else wrong
            if several and several[1] == "Mapping":
                value = {wrong: "x"}
        elif each.default is not each.empty:
            continue
        if each.kind is each.KEYWORD_ONLY:
            named[each.name] = value
        else:
            # What comes before has to be given too.
            missing = parameters[len(positional) : parameters.index(each)]
            positional += [before.default for before in missing]
            positional.append(value)
    with pytest.raises(TypeError, match="float"):
        called(function(*positional, **named))


def called(answer: Any) -> None:
    """Waits for what is to be awaited."""
    if inspect.isawaitable(answer):
        asyncio.run(answer)  # type: ignore[arg-type]


def test_the_functions_are_found() -> None:
    found = cases()
    for one in (("Operation.transfer", "amount"), ("Store.statement", "limit"), ("fee", "amount"),
                ("Wallets.freeze_wallet", "wallet"), ("Ledger.minor", "value")):  # fmt: skip
        assert one in found
    assert len(found) > 150
