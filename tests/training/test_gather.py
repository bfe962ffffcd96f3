"""Folders to samples: labels, class folders, sources, links, files that do not decode."""

from pathlib import Path

import pytest

from tests.training.folders import write_folder, write_picture
from training.errors import DataError
from training.gather import gather, listed


def test_class_folders_and_sources_are_read_from_the_path(tmp_path: Path) -> None:
    write_picture(tmp_path / "cat" / "real" / "phone" / "a.png", 0, fake=False)
    write_picture(tmp_path / "dog" / "Fake" / "b.png", 1, fake=True)
    found = [(sample.label, sample.category, sample.source) for sample in listed([tmp_path])]
    assert found == [(0, "cat", "phone"), (1, "dog", f"{tmp_path.name}/dog")]


def test_broken_files_are_listed_and_skipped(tmp_path: Path) -> None:
    write_folder(tmp_path, 2)
    (tmp_path / "real" / "broken.jpg").write_bytes(b"no picture")
    (tmp_path / "fake" / "notes.txt").write_text("no picture's ending: not counted")
    found = gather([tmp_path])
    assert (found.count(0), found.count(1)) == (2, 2)
    assert [file.path.name for file in found.skipped] == ["broken.jpg"]
    assert "UnidentifiedImageError" in found.skipped[0].reason


def test_links_are_followed_and_a_file_counts_once(tmp_path: Path) -> None:
    data = write_folder(tmp_path / "data", 2)
    linked = tmp_path / "linked"
    (linked / "real").mkdir(parents=True)
    (linked / "real" / "all").symlink_to(data / "real")
    (linked / "real" / "loop").symlink_to(linked / "real")
    (linked / "fake").symlink_to(data / "fake")
    assert len(listed([linked])) == 4
    assert len(listed([data, linked, data])) == 4


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        pytest.param(lambda folder: None, "is no folder", id="missing"),
        pytest.param(lambda folder: folder.mkdir(), "No pictures under real/ or fake/", id="empty"),
        pytest.param(
            lambda folder: write_picture(folder / "real" / "a.png", 0, fake=False),
            "All 1 pictures",
            id="one class",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_from_is_refused(tmp_path: Path, prepare: object, says: str) -> None:
    folder = tmp_path / "data"
    prepare(folder)  # type: ignore[operator]
    with pytest.raises(DataError, match=says):
        gather([folder])
