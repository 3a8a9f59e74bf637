"""What the demo begins with."""

from __future__ import annotations

import time
from pathlib import Path

from escrowdb import Orders, OrderState, Stage
from shop.carts import seller_id
from shop.house import USD, open_house
from shop.seed import BEFORE, fill
from shop.settings import Settings


def test_there_are_orders_in_every_stage(tmp_path: Path) -> None:
    house = open_house(Settings(tmp_path, 1, 2, 3), begin=time.time_ns() - BEFORE)
    fill(house)
    stages = {part.stage for part in house.orders.open_parts()}
    assert stages >= {
        Stage.PAID,
        Stage.SHIPPED,
        Stage.DELIVERED,
        Stage.CLAIMED,
        Stage.RETURN_AGREED,
        Stage.ESCALATED,
        Stage.DECIDED,
    }
    clay = house.orders.orders_of_seller(seller_id("Clay & Leaf"))
    assert OrderState.DONE in {house.orders.order(row.order).state for row in clay}
    earned = house.store.account(Orders.seller_account(seller_id("Clay & Leaf"), USD))
    assert earned is not None
    assert earned.balances.available > 0
    assert house.store.trial_balance(USD).is_balanced
    assert abs(house.now() - time.time_ns()) < 10**9 * 60
    house.close()
