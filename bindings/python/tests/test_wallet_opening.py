"""What a store remembers of how its wallets were opened."""

from __future__ import annotations

from typing import Any

from market import open_market, policy

import escrowdb
from escrowdb import ActorKind, AuditCommand


def alone(made: dict[str, Any]) -> None:
    """Has one member of staff approve where the shop wants two."""
    made["verification"]["second_person_from_tier"] = None
    made["name"] = "alone"


def test_another_policy_leaves_a_trail(path) -> None:
    with escrowdb.open(path) as store:
        lengths = set()
        for given in (policy(), dict(reversed(policy().items()))):
            with open_market(store, policy=given) as wallets:
                lengths.add(len(wallets.audit_trail(0)))
        (before,) = lengths
        with open_market(store, policy=policy(alone)) as wallets:
            (entry,) = wallets.audit_trail(0)[before:]
    assert (entry.command, entry.actor) == (AuditCommand.CHANGE_POLICY, ActorKind.SYSTEM)
    label, shops, arrow, hers = entry.detail.split()
    assert (label, arrow) == ("policy:", "->")
    assert (len(shops), len(hers), shops == hers) == (64, 64, False)
