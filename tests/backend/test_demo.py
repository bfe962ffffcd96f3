"""The demo feed without a browser: its posts, its site, which browser it would open."""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from backend.demo.browsers import find_browser, flags, require_extension
from backend.demo.errors import NoBrowser, NoExtension, NoPictures, PortInUse
from backend.demo.fakes import SCENES, Scene, resynthesise
from backend.demo.feed import NARROW, create_feed
from backend.demo.posts import bundled_posts, folder_posts
from backend.demo.servers import serving
from tests.pictures import encoded, pixels


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for place in ("real/a.jpg", "fake/flux/b.jpg", "c.png", "airplane/real/d.webp"):
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        kind = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}[file.suffix]
        file.write_bytes(encoded(pixels(640, 480), kind))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    (tmp_path / "notes.txt").write_text("not shown")
    return tmp_path


@pytest.fixture
def site(folder: Path) -> Iterator[httpx.Client]:
    with (
        serving(create_feed(folder_posts(folder)), 0) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def test_bundled_posts_are_photographs_and_fakes_with_their_origin() -> None:
    posts = bundled_posts()
    truths = [post.truth for post in posts]
    assert truths.count("real") >= 8 and truths.count("fake") >= 8
    assert set(truths[:4]) == {"real", "fake"}
    assert len({post.name for post in posts}) == len(posts)
    assert all(post.origin and post.author for post in posts)
    assert all("scikit-image" in post.origin for post in posts if post.truth == "real")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_scene_is_painted_the_same_each_time(scene: Scene) -> None:
    picture = scene.pixels()
    assert picture.dtype == np.uint8
    assert picture.shape == (scene.height, scene.width, 3)
    assert picture.std() > 10, "an empty picture"
    assert (picture == scene.pixels()).all()


def test_resynthesised_picture_looks_the_same_and_is_not() -> None:
    real = pixels(300, 201)
    fake = resynthesise(real, "name")
    assert fake.shape == (200, 300, 3)
    difference = np.abs(fake.astype(int) - real[:200])
    assert 0.5 < difference.mean() < 12


def test_folder_posts_say_real_or_fake_only_where_a_folder_does(folder: Path) -> None:
    truths = {post.file.name: post.truth for post in folder_posts(folder) if post.file}
    assert truths == {"a.jpg": "real", "b.jpg": "fake", "c.png": None, "d.webp": "real", "broken.jpg": None}


def test_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoPictures, match="holds no pictures"):
        folder_posts(tmp_path)
    with pytest.raises(NoPictures, match="is not a folder"):
        folder_posts(tmp_path / "nothing")


def test_feed_gives_posts_page_by_page_and_leaves_out_what_does_not_decode(site: httpx.Client) -> None:
    first = site.get("/posts?from=0&count=3").json()
    rest = site.get(f"/posts?from={first['next']}&count=10").json()
    assert (first["next"], rest["next"], rest["of"]) == (3, 5, 5)
    shown = first["posts"] + rest["posts"]
    assert len(shown) == 4
    assert {(post["width"], post["height"]) for post in shown} == {(640, 480)}


def test_feed_serves_a_file_as_it_is_and_a_narrow_variant(site: httpx.Client, folder: Path) -> None:
    post = next(post for post in folder_posts(folder) if post.file and post.file.name == "c.png")
    whole = site.get(f"/pictures/{post.name}")
    assert (whole.headers["content-type"], whole.content) == ("image/png", (folder / "c.png").read_bytes())
    narrow = site.get(f"/pictures/{post.name}?width={NARROW}")
    assert Image.open(io.BytesIO(narrow.content)).size == (NARROW, NARROW * 480 // 640)


@pytest.mark.parametrize("path", ["/", "/feed.js", "/feed.css", "/avatars/Hana.png"])
def test_feed_has_its_page(site: httpx.Client, path: str) -> None:
    assert site.get(path).status_code == 200


def test_feed_refuses_a_name_that_is_not_this_machines(site: httpx.Client) -> None:
    assert site.get("/posts", headers={"Host": "rebound.example"}).status_code == 400


def test_feed_does_not_serve_other_files(site: httpx.Client) -> None:
    for path in ("/pictures/notes.txt", "/pictures/..%2Fnotes.txt", "/..%2Ffeed.py"):
        assert site.get(path).status_code == 404


def test_taken_port_is_an_error_that_names_the_way_out(folder: Path) -> None:
    site = create_feed(folder_posts(folder))
    with serving(site, 0) as address, pytest.raises(PortInUse, match="PORT="):
        port = int(address.rstrip("/").rsplit(":", 1)[1])
        with serving(site, port):
            pass


def test_first_browser_in_the_path_is_found_and_chrome_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / "google-chrome")
    with pytest.raises(NoBrowser):
        find_browser()
    program(tmp_path / "brave-browser")
    assert find_browser() == tmp_path / "brave-browser"


def test_unbuilt_extension_is_an_error_that_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(NoExtension, match="make extension"):
        require_extension(tmp_path)


def test_flags_load_this_extension_alone(tmp_path: Path) -> None:
    assert {f"--load-extension={tmp_path}", f"--disable-extensions-except={tmp_path}"} <= set(flags(tmp_path))


def program(file: Path) -> None:
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
