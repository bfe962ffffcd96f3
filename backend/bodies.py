"""Bodies of requests, read within limits of size and time: an endless or a stalled one costs nothing."""

import asyncio
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from backend.errors import AskerLeft, SlowRequest, TooManyBytes
from backend.picture import MAX_BYTES

PATIENCE = 30.0  # s for the whole body, unless the app says otherwise; a picture comes from this machine
MAX_JSON = 4096  # bytes

Body = TypeVar("Body", bound=BaseModel)


async def picture_bytes(request: Request) -> bytes:
    """A picture as it is. Raises TooManyBytes, SlowRequest."""
    return await _read(request, MAX_BYTES)


async def json_body(request: Request, model: type[Body]) -> Body:
    """Raises TooManyBytes, SlowRequest, RequestValidationError."""
    try:
        return model.model_validate_json(await _read(request, MAX_JSON))
    except ValidationError as error:
        told = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(told) from error


async def _read(request: Request, limit: int) -> bytes:
    parts, total = [], 0
    patience: float = request.app.state.body_patience
    try:
        async with asyncio.timeout(patience):
            async for part in request.stream():
                total += len(part)
                if total > limit:
                    raise TooManyBytes(f"The body has more than {limit:,} bytes; larger ones are not read.")
                parts.append(part)
    except ClientDisconnect as error:
        raise AskerLeft("The sender left in the middle of the body.") from error
    except TimeoutError as error:
        raise SlowRequest(f"The body did not arrive within {patience:.0f} seconds.") from error
    return b"".join(parts)
