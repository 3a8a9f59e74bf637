"""Plots of balances, as the points of a picture: no library, no script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from escrowdb import StatementLine

WIDTH, HEIGHT = 640, 140


@dataclass(frozen=True)
class Plot:
    """A line of steps, and the area below it."""

    line: str
    area: str
    most: int
    begin: int
    end: int


def steps(lines: Iterable[StatementLine]) -> Plot | None:
    """Draws what was available after each line; nothing if there is too little to draw."""
    points = [(line.timestamp, int(line.balances.available)) for line in lines]
    if len(points) < 2:
        return None
    begin, end = points[0][0], points[-1][0]
    most = max(amount for _, amount in points) or 1
    path, before = [], None
    for at, amount in points:
        x = (at - begin) * WIDTH // max(1, end - begin)
        y = HEIGHT - 4 - amount * (HEIGHT - 8) // most
        if before is not None:
            path.append(f"{x},{before}")
        path.append(f"{x},{y}")
        before = y
    line = " ".join(path)
    return Plot(line, f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}", most, begin, end)
