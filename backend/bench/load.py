"""Sends pictures to a server and takes the time: so many in flight, each answered before the next is sent."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np

Request = Callable[[bytes], dict[str, Any]]  # a picture to the keywords of httpx' post


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it."""

    rate: float  # pictures a second
    p50: float  # s
    p95: float
    p99: float


async def load(address: str, request: Request, pictures: Iterable[bytes], in_flight: int) -> Load:
    """All pictures, `in_flight` at once; they may be made on the way."""
    waiting = iter(pictures)
    times: list[float] = []
    limits = httpx.Limits(max_connections=in_flight)
    async with httpx.AsyncClient(timeout=120, trust_env=False, limits=limits) as client:

        async def send() -> None:
            for picture in waiting:
                begun = time.perf_counter()
                answer = await client.post(address, **request(picture))
                answer.raise_for_status()
                times.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(in_flight)))
        whole = time.perf_counter() - begun
    p50, p95, p99 = (float(np.percentile(times, part)) for part in (50, 95, 99))
    return Load(len(times) / whole, p50, p95, p99)


async def screenfuls(address: str, request: Request, pictures: Sequence[bytes], size: int) -> float:
    """p95 in s, over all pictures, of the time from "all of a screenful asked" to "this one answered"."""
    times: list[float] = []
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:

        async def send(picture: bytes, begun: float) -> None:
            (await client.post(address, **request(picture))).raise_for_status()
            times.append(time.perf_counter() - begun)

        for first in range(0, len(pictures) - size + 1, size):
            begun = time.perf_counter()
            await asyncio.gather(*(send(picture, begun) for picture in pictures[first : first + size]))
    return float(np.percentile(times, 95))
