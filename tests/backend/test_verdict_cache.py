"""Remembered verdicts: there after kill -9, absent rather than wrong, never an error."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from backend.contract import Evidence, Judged, JudgedModel, JudgedPicture
from backend.likeness import likeness
from backend.verdict_cache import CLEAN_EVERY, VerdictCache
from tests.pictures import pixels

LIKENESS = 0x0F1E2D3C4B5A6978
MODEL = "b" * 64

WRITER = """
import sys
from pathlib import Path
from tests.backend.test_verdict_cache import LIKENESS, judged
from backend.verdict_cache import VerdictCache
cache = VerdictCache(Path(sys.argv[1]), 10_000)
for number in range(10_000):
    cache.put(str(number), judged(number + 1), LIKENESS)
    print(number, flush=True)
"""


def judged(width: int = 640, height: int = 480, model: str = MODEL) -> Judged:
    return Judged(
        verdict="fake",
        probability=0.9,
        decided_by="model",
        evidence=[Evidence(kind="model", says="fake", strength="weak", summary="s", details={"logit": 2.5})],
        picture=JudgedPicture(sha256="a" * 64, width=width, height=height, format="JPEG"),
        model=JudgedModel(name="m", version="1", sha256=model),
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "verdicts.sqlite"


def test_a_verdict_is_there_again_as_it_was(file: Path) -> None:
    cache = VerdictCache(file, 10)
    cache.put("a", judged(), LIKENESS)
    cache.close()
    found = VerdictCache(file, 10).get("a")
    assert found and (found.judged, found.likeness) == (judged(), LIKENESS)
    assert VerdictCache(file, 10).get("b") is None
    assert file.stat().st_mode & 0o077 == 0


def test_every_verdict_that_was_put_in_survives_kill_9(file: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    written = [int(writer.stdout.readline()) for _ in range(60)]
    writer.send_signal(signal.SIGKILL)
    written += [int(line) for line in writer.stdout.read().split()]
    assert writer.wait() == -signal.SIGKILL
    cache = VerdictCache(file, 10_000)
    lost = [number for number in written if cache.get(str(number)) is None]
    assert lost == []


def broken_from_the_start(file: Path) -> None:
    file.write_bytes(b"no database at all" * 100)


def broken_in_the_middle(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)


@pytest.mark.parametrize("break_it", [broken_from_the_start, broken_in_the_middle])
def test_a_corrupt_file_is_moved_aside_and_said_so(
    file: Path, break_it, caplog: pytest.LogCaptureFixture
) -> None:  # type: ignore[no-untyped-def]
    before = VerdictCache(file, 1000)
    for number in range(200):
        before.put(str(number), judged(), LIKENESS + number)
    before.close()
    break_it(file)
    cache = VerdictCache(file, 10)
    assert cache.get("1") is None
    assert "moved to verdicts.sqlite.broken-" in caplog.text
    cache.put("1", judged(), LIKENESS)
    assert cache.get("1") is not None
    assert len(list(file.parent.glob("*.broken-*"))) == 1


def test_a_full_disk_means_no_cache_and_no_error(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = VerdictCache(file, 100_000)
    cache.put("a", judged(), LIKENESS)
    assert cache._database
    cache._database.execute("PRAGMA max_page_count = 20")  # what SQLite says is what it says on a full disk
    for number in range(200):
        cache.put(str(number), judged(), LIKENESS)
    assert (cache.get("a"), cache.count()) == (None, 0)
    assert caplog.text.count("not remembered from here on") == 1
    assert VerdictCache(file, 100_000).get("a"), "what was written before is still there"


def test_a_place_that_cannot_be_written_means_no_cache_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "verdicts.sqlite", tmp_path):
        cache = VerdictCache(place, 10)
        cache.put("a", judged(), LIKENESS)
        assert cache.get("a") is None


def test_a_file_that_may_only_be_read_means_no_cache_and_no_error(file: Path) -> None:
    VerdictCache(file, 10).put("a", judged(), LIKENESS)
    cache = VerdictCache(file, 10)
    assert cache.get("a")
    assert cache._database
    cache._database.execute("PRAGMA query_only = ON")
    cache.put("b", judged(), LIKENESS)
    assert cache.get("b") is None


def test_the_longest_unused_go_first(file: Path) -> None:
    cache = VerdictCache(file, 50)
    for number in range(CLEAN_EVERY):
        cache.put(str(number), judged(), LIKENESS)
    assert cache.get("0")  # used again
    cache.put("last", judged(), LIKENESS)
    assert cache.count() == 50
    assert cache.get("0") and cache.get("last") and not cache.get("1")


def test_none_are_kept_where_none_are_wanted(file: Path) -> None:
    VerdictCache(file, 0).put("a", judged(), LIKENESS)
    assert not file.exists()


@pytest.mark.parametrize(
    ("width", "height", "model", "mark", "found"),
    [
        (160, 120, MODEL, LIKENESS, 1280),
        (160, 120, MODEL, LIKENESS ^ 0b10101, 1280),  # recompressed
        (160, 120, MODEL, LIKENESS ^ 0x1111, None),  # another picture
        (160, 160, MODEL, LIKENESS, None),  # cropped
        (160, 120, "c" * 64, LIKENESS, None),  # judged by another model
        (1280, 960, MODEL, LIKENESS, None),  # none is larger
    ],
)
def test_a_thumbnail_finds_the_largest_picture_that_looks_the_same(
    file: Path, width: int, height: int, model: str, mark: int, found: int | None
) -> None:
    cache = VerdictCache(file, 10)
    cache.put("small", judged(640, 480), LIKENESS)
    cache.put("large", judged(1280, 960), LIKENESS)
    larger = cache.larger(mark, judged(width, height, model))
    assert (larger and larger.picture.width) == found


def test_plain_pictures_are_no_ones_copies(file: Path) -> None:
    cache = VerdictCache(file, 10)
    plain = likeness(pixels(640, 480, level=200))
    cache.put("plain", judged(), plain)
    found = cache.get("plain")
    assert found and found.likeness is None
    assert cache.larger(plain, judged(160, 120)) is None


def test_a_file_of_another_version_begins_anew(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE verdicts (other TEXT)")
    cache = VerdictCache(file, 10)
    cache.put("a", judged(), LIKENESS)
    assert cache.get("a")
