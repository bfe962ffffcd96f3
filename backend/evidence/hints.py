"""What the page around a picture says about it; the extension passes it on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hints:
    """`platform_label`: the words of the platform's own AI label beside the picture, as shown."""

    platform_label: str | None = None
