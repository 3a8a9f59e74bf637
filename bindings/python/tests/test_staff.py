"""Members of staff: how a shop comes to have them, what each may do, and what they did."""

from __future__ import annotations

import pytest
from market import OLGA, OTTO, open_market, policy, register

import escrowdb
from escrowdb import (
    Actor,
    AuditCommand,
    Clock,
    InvalidArgumentError,
    Refused,
    StaffRoles,
    StaffState,
    WalletStatus,
)

IDA = Actor.staff("Ida", "asked by phone")
SUPPORT = StaffRoles.SUPPORT


@pytest.fixture
def store(path):
    with escrowdb.open(path, clock=Clock.MANUAL) as store:
        yield store


@pytest.fixture
def wallets(store):
    return open_market(store)


def refused(status, method, *args) -> Refused:
    with pytest.raises(Refused) as raised:
        method(*args)
    assert raised.value.status is status
    return raised.value


def test_a_clerk_comes_and_goes(wallets) -> None:
    wallet = register(wallets)
    nobody = WalletStatus.STAFF_MUST_BE_REGISTERED
    refused(nobody, wallets.freeze_wallet, wallet, IDA)
    second = WalletStatus.SECOND_PERSON_MUST_AGREE
    refused(second, wallets.register_staff, "ida", SUPPORT, OLGA)
    ida = wallets.staff_member("ida")
    assert (ida.state, ida.roles) == (StaffState.PROPOSED, StaffRoles(0))
    assert (ida.proposed_command, ida.proposed_roles) == (AuditCommand.REGISTER_STAFF, SUPPORT)
    assert ida.proposed_by == "olga"
    wallets.register_staff("ida", SUPPORT, OTTO)
    wallets.freeze_wallet(wallet, IDA)
    operator = WalletStatus.STAFF_MUST_HAVE_OPERATOR_ROLE
    refused(operator, wallets.grant_roles, "ida", StaffRoles.OPERATOR, IDA)
    refused(second, wallets.grant_roles, "ida", StaffRoles.REVIEWER, OTTO)
    wallets.grant_roles("ida", StaffRoles.REVIEWER, OLGA)
    wallets.revoke_roles("ida", SUPPORT, OLGA)
    refused(WalletStatus.STAFF_MUST_HAVE_SUPPORT_ROLE, wallets.unfreeze_wallet, wallet, IDA)
    assert wallets.staff_member("IDA").roles is StaffRoles.REVIEWER
    wallets.deactivate_staff("ida", OLGA)
    refused(nobody, wallets.unfreeze_wallet, wallet, IDA)
    assert wallets.staff_member("ida").state is StaffState.DEACTIVATED
    assert wallets.staff_member("nobody") is None
    names = [member.name for member in wallets.staff()]
    assert names == ["adam", "bob", "eve", "ida", "olga", "otto"]
    assert [member.name for member in wallets.staff(2, after="bob")] == ["eve", "ida"]

    acts = wallets.staff_acts("Ida")
    assert [act.detail for act in acts] == [
        "refused: staff_must_be_registered",
        "wallet: active -> frozen",
        "refused: staff_must_have_operator_role",
        "refused: staff_must_have_support_role",
        "refused: staff_must_be_registered",
    ]
    assert acts[1].subject == wallet
    latest = wallets.staff_acts("ida", 2, newest_first=True)
    assert latest == [acts[4], acts[3]]
    assert wallets.staff_acts("ida", newest_first=True, after=acts[3]) == acts[2::-1]
    assert wallets.staff_acts("ida", after=acts[3]) == [acts[4]]
    assert wallets.staff_acts("i.da") == []


@pytest.mark.parametrize(
    ("name", "roles", "status"),
    [
        ("eve", SUPPORT, WalletStatus.STAFF_NAME_IS_TAKEN),
        ("e.v.e", SUPPORT, WalletStatus.STAFF_NAME_IS_TAKEN),
        ("b0b", SUPPORT, WalletStatus.STAFF_NAME_IS_TAKEN),
        ("...", SUPPORT, WalletStatus.TEXT_MUST_BE_VALID),
        ("", SUPPORT, WalletStatus.TEXT_MUST_BE_VALID),
        ("4111111111111111", SUPPORT, WalletStatus.TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
        ("ida", StaffRoles(0), WalletStatus.ROLES_MUST_BE_GIVEN),
    ],
)
def test_who_is_not_registered(wallets, name, roles, status) -> None:
    refused(status, wallets.register_staff, name, roles, OLGA)


def test_the_last_operator_stays(store) -> None:
    wallets = store.wallets(master_key=bytes(32), policy=policy(), first_operator="Olga")
    remain = WalletStatus.AN_OPERATOR_MUST_REMAIN
    refused(remain, wallets.deactivate_staff, "olga", OLGA)
    refused(WalletStatus.STAFF_NOT_FOUND, wallets.revoke_roles, "otto", SUPPORT, OLGA)
    wallets.register_staff("otto", StaffRoles.OPERATOR, OLGA)
    wallets.deactivate_staff("otto", OLGA)
    wait = WalletStatus.SOLE_OPERATOR_MUST_WAIT
    assert refused(wait, wallets.register_staff, "oleg", StaffRoles.OPERATOR, OLGA).until


def test_the_first_operator_is_named_once(store) -> None:
    options = {"master_key": bytes(32), "policy": policy()}
    with store.wallets(**options) as wallets:
        assert wallets.staff() == []
    for name in ["olga", "OLGA"]:
        with store.wallets(**options, first_operator=name) as wallets:
            (olga,) = wallets.staff()
            assert (olga.name, olga.roles) == ("olga", StaffRoles.OPERATOR)
    for name in ["otto", "..."]:
        with pytest.raises(InvalidArgumentError):
            store.wallets(**options, first_operator=name)
