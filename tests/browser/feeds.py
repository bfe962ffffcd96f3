"""Made-up feeds whose verdicts the tiny model of tests/model_folders.py makes predictable."""

from collections.abc import Callable

from PIL import Image

from backend.demo.posts import Post
from tests.pictures import pixels

LEVELS = {"fake": 205, "real": 50, "unsure": 128}  # brightness; logit = (level - 128) / 8
SIZES = ((640, 480), (480, 640), (800, 400))  # two of them wider than the column


def level_posts(number: int) -> tuple[list[Post], dict[str, str]]:
    """Posts, and the verdict of each by name."""
    words = list(LEVELS)
    expected = {f"picture-{index}": words[index % 3] for index in range(number)}
    posts = [
        Post(name, "Hana", f"Number {index}", None, "", flat(LEVELS[word], SIZES[(index // 3) % 3]))
        for index, (name, word) in enumerate(expected.items())
    ]
    return posts, expected


def flat(level: int, size: tuple[int, int]) -> Callable[[], Image.Image]:
    return lambda: Image.fromarray(pixels(*size, level=level))
