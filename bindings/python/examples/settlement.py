"""A nightly settlement over numpy columns: pays the merchants for all that was delivered.

    python settlement.py shop.escrow

It can be run twice, or be killed in the middle: the id of each release is derived from that of its
hold, so that what was paid is not paid again.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

import escrowdb
from escrowdb import Kind, OperationFlags, Phase, Status, Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Operations that are sent at once.
BATCH = 8192
#: Turns the id of a hold into that of its release.
RELEASE_MASK = np.uint64(0x5E771E00_00000000)


def releases(holds: NDArray[np.void]) -> NDArray[np.void]:
    """Makes the operations that release holds, a column at a time."""
    ids = holds["id"].copy()
    ids["hi"] ^= RELEASE_MASK
    return escrowdb.op_array(
        len(holds),
        kind=Kind.RELEASE,
        id=ids,
        target=holds["id"],
        flags=OperationFlags.REST,
    )


def settle(store: Store) -> dict[str, Any]:
    """Releases every delivered hold that is not disputed. Gives what each merchant got."""
    holds = store.open_holds(phase=Phase.DELIVERED, disputed=False).to_numpy()
    batches = [holds[at : at + BATCH] for at in range(0, len(holds), BATCH)]
    outcomes = [store.submit_array(releases(batch)) for batch in batches]
    answers = np.concatenate([*outcomes, np.empty(0, escrowdb.outcome_dtype())])
    paid = answers["status"] == Status.APPLIED
    # Below 2**64 minor units the low half of an amount is all of it.
    amounts, fees = answers["amount"]["lo"][paid], answers["fee"]["lo"][paid]
    merchants, rows = np.unique(holds["payee"]["lo"][paid], return_inverse=True)
    payouts = np.zeros(len(merchants), np.uint64)
    np.add.at(payouts, rows, amounts - fees)
    return {
        "settled": int(paid.sum()),
        "refused": int((~paid).sum()),
        "fees": int(fees.sum()),
        "payouts": dict(zip(merchants.tolist(), payouts.tolist())),
    }


def main(path: str) -> None:
    """Settles, and prints who got what."""
    with escrowdb.open(path, mode=escrowdb.Mode.OPEN_EXISTING) as store:
        result = settle(store)
        print(f"{result['settled']} settled, {result['refused']} refused")
        for merchant, minor in result["payouts"].items():
            print(f"{merchant:>12} {escrowdb.format_amount(minor, 2):>14}")
        for ledger in store.all_ledgers():
            assert store.trial_balance(ledger).is_balanced


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: settlement.py DIR")
    main(sys.argv[1])
