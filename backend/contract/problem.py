"""The answer when a picture could not be judged (RFC 9457 problem+json). Never a verdict, never cached."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Reason = Literal[
    "not_a_picture",
    "unsupported_format",
    "truncated",
    "undecodable",
    "too_many_bytes",
    "too_many_pixels",
    "too_small",
    "empty_body",
    "forbidden_host",
    "forbidden_origin",
    "unauthorised",
    "wrong_code",
    "pairing_ended",
    "pairing_locked",
    "not_found",
    "method_not_allowed",
    "invalid_request",
    "busy",
    "not_kept",
    "timed_out",
    "not_ready",
    "internal",
]


class Problem(BaseModel):
    """`reason` is for programs and stays stable; `message` is a sentence that says what to do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = Field(default="about:blank", description="RFC 9457: no page of its own per reason.")
    status: int = Field(ge=400, le=599, description="The HTTP status code, repeated (RFC 9457).")
    reason: Reason
    message: str
