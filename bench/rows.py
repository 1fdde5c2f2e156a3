"""A line of the table, and the table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured and what is allowed; nothing is allowed or forbidden where that is 0."""

    page: str
    measured: float
    allowed: float = 0
    unit: str = "B"

    @property
    def verdict(self) -> str:
        if not self.allowed:
            return ""
        return "ok" if self.measured <= self.allowed else f"TOO MUCH, {self.measured / self.allowed:.2f} x"


def show(title: str, rows: Iterable[Row]) -> list[Row]:
    """Print them at once, as the whole takes minutes."""
    print(f"\n{title}\n{'page':66}{'measured':>12}{'allowed':>11}  verdict")
    shown = []
    for row in rows:
        allowed = _figure(row.allowed, row.unit) if row.allowed else ""
        print(f"{row.page:66}{_figure(row.measured, row.unit):>12}{allowed:>11}  {row.verdict}", flush=True)
        shown.append(row)
    return shown


def _figure(number: float, unit: str) -> str:
    return f"{number:,.0f} {unit}" if number >= 1_000 or number == int(number) else f"{number:,.2f} {unit}"  # noqa: PLR2004
