"""The same work asked for at once: done once, dropped when nobody waits."""

import asyncio

import pytest

from backend.inflight import InFlight


class Work:
    """Ends when it is let go; counts how often it was begun and cancelled."""

    def __init__(self) -> None:
        self.go, self.begun, self.cancelled = asyncio.Event(), 0, 0

    async def __call__(self) -> str:
        self.begun += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return "done"


async def joined(jobs: InFlight[str, str], work: Work, number: int) -> list[asyncio.Task[str]]:
    tasks = [asyncio.create_task(jobs.join("a", work)) for _ in range(number)]
    await asyncio.sleep(0.01)
    return tasks


def test_the_same_work_asked_for_at_once_is_done_once() -> None:
    async def run() -> None:
        jobs, work = InFlight[str, str](), Work()
        tasks = await joined(jobs, work, 3)
        assert len(jobs) == 1
        work.go.set()
        assert await asyncio.gather(*tasks) == ["done"] * 3
        assert (work.begun, len(jobs)) == (1, 0)

    asyncio.run(run())


def test_work_goes_on_while_one_waits_and_stops_when_none_does() -> None:
    async def run() -> None:
        jobs, work = InFlight[str, str](), Work()
        first, second = await joined(jobs, work, 2)
        first.cancel()
        await asyncio.sleep(0.01)
        assert (work.cancelled, len(jobs)) == (0, 1)
        second.cancel()
        await asyncio.sleep(0.01)
        assert (work.cancelled, len(jobs)) == (1, 0)
        [third] = await joined(jobs, work, 1)
        work.go.set()
        assert (await third, work.begun) == ("done", 2)

    asyncio.run(run())


def test_a_failure_is_told_to_all_and_kept_nowhere() -> None:
    async def fails() -> str:
        await asyncio.sleep(0.01)
        raise ValueError

    async def run() -> None:
        jobs = InFlight[str, str]()
        told = await asyncio.gather(*(jobs.join("a", fails) for _ in range(2)), return_exceptions=True)
        assert [type(each) for each in told] == [ValueError] * 2
        with pytest.raises(ValueError):
            await jobs.join("a", fails)

    asyncio.run(run())
