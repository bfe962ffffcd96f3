"""What the feed shows: posts, each with a picture, its author, and what is known of the picture's origin.

In: nothing (photographs that scikit-image carries, fakes painted here) or any folder. Out: Posts.
"""

import importlib.util
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from backend.demo.errors import NoPhotographs, NoPictures
from backend.demo.fakes import SCENES, resynthesise
from backend.picture import ENDINGS

Truth = Literal["real", "fake"]

# File in scikit-image's wheel, what the post says, who released it. All are free to use.
PHOTOGRAPHS = (
    ("astronaut.png", "She flew four times.", "NASA, public domain"),
    ("coffee.png", "First one of the day.", "Rachel Michetti, CC0"),
    ("chelsea.png", "She knows it is dinner time.", "Stefan van der Walt, CC0"),
    ("rocket.jpg", "Woke up at four for this.", "SpaceX, public domain"),
    ("brick.png", "The wall behind the bakery.", "CC0Textures, CC0"),
    ("camera.png", "Film, a tripod and patience.", "Lav Varshney, CC0"),
    ("hubble_deep_field.jpg", "Almost every dot is a galaxy.", "NASA, public domain"),
    ("coins.png", "Sorted at last.", "Brooklyn Museum, no known restrictions"),
    ("clock_motion.png", "Caught it while it moved.", "Stefan van der Walt, public domain"),
    ("retina.jpg", "Eye test passed.", "Häggström, CC0"),
    ("gravel.png", "New driveway.", "CC0Textures, CC0"),
    ("grass.png", "Mown this morning.", "CC0Textures, CC0"),
)
RESYNTHESISED = (
    ("chelsea.png", "Same cat, better mood?"),
    ("coffee.png", "Second one of the day."),
    ("rocket.jpg", "From the other side of the bay."),
    ("astronaut.png", "My hero."),
)
AUTHORS = ("Amal", "Bruno", "Chiara", "Dmitri", "Efua", "Farid", "Greta", "Hana", "Ivo", "Jun")
MOST = 500  # posts; a folder may hold a million pictures


@dataclass(frozen=True, slots=True)
class Post:
    """One post. Its picture is opened when the feed comes to it."""

    name: str  # unique; stands in the picture's address
    author: str
    text: str
    truth: Truth | None  # None: nobody knows
    origin: str  # where the picture comes from, how it was made
    open: Callable[[], Image.Image]
    file: Path | None = None  # served as it is, where there is one


def bundled_posts() -> list[Post]:
    """Photographs and fakes by turns. Raises NoPhotographs."""
    folder = _scikit_image_data()
    reals = [
        _photograph(folder / file, text, source)
        for file, text, source in PHOTOGRAPHS
        if (folder / file).exists()
    ]
    fakes = [_scene(index) for index in range(len(SCENES))]
    for place, (file, text) in enumerate(RESYNTHESISED):
        if (folder / file).exists():
            fakes.insert(2 * place + 1, _resynthesised(folder / file, text))
    return _signed(_by_turns(reals, fakes))


def folder_posts(folder: Path) -> list[Post]:
    """The pictures of a folder; those below real/ or fake/ say so. Raises NoPictures."""
    if not folder.is_dir():
        raise NoPictures(f"{folder} is not a folder. Give one that holds pictures with --pictures.")
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
    if not files:
        raise NoPictures(f"{folder} holds no pictures ({', '.join(sorted(ENDINGS))}).")
    random.Random(len(files)).shuffle(files)
    return _signed([_found(file, folder, number) for number, file in enumerate(files[:MOST])])


def _photograph(file: Path, text: str, source: str) -> Post:
    return Post(
        file.stem, "", text, "real", f"A photograph: {file.stem}, from scikit-image ({source})",
        lambda: Image.open(file), file,
    )  # fmt: skip


def _scene(index: int) -> Post:
    scene = SCENES[index]
    origin = "Painted by code from fractal noise, scaled up four times by transposed convolutions"
    return Post(scene.name, "", scene.title, "fake", origin, lambda: Image.fromarray(scene.pixels()))


def _resynthesised(file: Path, text: str) -> Post:
    def make() -> Image.Image:
        pixels = np.asarray(Image.open(file).convert("RGB"))
        return Image.fromarray(resynthesise(pixels, file.stem))

    origin = f"{file.stem} of scikit-image, halved and made anew by a transposed convolution"
    return Post(f"{file.stem}-again", "", text, "fake", origin, make)


def _found(file: Path, folder: Path, number: int) -> Post:
    """`real` and `fake` count wherever they stand in the path, the innermost first."""
    parts = file.relative_to(folder).parts[:-1]
    truth: Truth | None = None
    for part in parts:
        if part.lower() == "real":
            truth = "real"
        elif part.lower() == "fake":
            truth = "fake"
    origin = str(Path(*parts, file.name)) if truth else ""
    return Post(f"{number}-{file.stem}", "", "", truth, origin, lambda: Image.open(file), file)


def _by_turns(reals: Sequence[Post], fakes: Sequence[Post]) -> list[Post]:
    """Real and fake by turns, but not so that one could count them off."""
    turns: list[Post] = []
    left, right = list(reals), list(fakes)
    while left or right:
        pair = [group.pop(0) for group in (left, right) if group]
        turns += pair if len(turns) % 4 == 0 else pair[::-1]
    return turns


def _signed(posts: Sequence[Post]) -> list[Post]:
    return [
        Post(
            post.name, AUTHORS[(3 * place) % len(AUTHORS)], post.text, post.truth, post.origin,
            post.open, post.file,
        )
        for place, post in enumerate(posts)
    ]  # fmt: skip


def _scikit_image_data() -> Path:
    """Found without importing it: only its files are needed."""
    found = importlib.util.find_spec("skimage")
    if found is None or not found.submodule_search_locations:
        raise NoPhotographs(
            "The demo's photographs come with the package scikit-image, which is not installed here. "
            "`make setup` installs it; or give a folder of your own with --pictures."
        )
    return Path(found.submodule_search_locations[0]) / "data"
