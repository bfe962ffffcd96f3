"""A request whose sender has left stops: nobody would read its answer."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from backend.errors import AskerLeft

Result = TypeVar("Result")


async def while_asked(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """The outcome of the work, which is cancelled when the sender leaves. Call it after the body was read.

    Raises AskerLeft, and what the work raises.
    """
    doing = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise AskerLeft("The sender left before the answer.")
        return doing.result()
    finally:
        for task in (doing, leaving):
            task.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
