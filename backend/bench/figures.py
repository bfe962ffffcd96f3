"""The service under its loads, and its figures beside those of the two references."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.bench.load import Load, Request, load, screenfuls

IN_FLIGHT: Final = (1, 12, 48)
SCREENFUL: Final = 12


@dataclass(frozen=True, slots=True)
class Measured:
    """The service under its loads."""

    in_flight: dict[int, Load]
    screenful_p95: float  # s

    @property
    def rate(self) -> float:
        return self.in_flight[SCREENFUL].rate


async def measure(address: str, request: Request, pictures: Sequence[bytes]) -> Measured:
    loads: dict[int, Load] = {}
    for number in IN_FLIGHT:
        few = pictures[: max(24, len(pictures) // 4)] if number == 1 else pictures
        loads[number] = await load(address, request, few, number)
    return Measured(loads, await screenfuls(address, request, pictures, SCREENFUL))


def ratios(measured: Measured, ceiling: float, litserve: float | None) -> dict[str, float]:
    """By their names in the file; rates in pictures a second. Pure."""
    found = {
        "ratio_to_ceiling": measured.rate / ceiling,
        "screenful_p95_ratio": measured.screenful_p95 / (SCREENFUL / ceiling),
    }
    return found if litserve is None else found | {"ratio_to_litserve": measured.rate / litserve}
