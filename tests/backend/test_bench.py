"""The bench's load and its pictures, on the real service; the whole of it runs by hand."""

import asyncio
import io

from PIL import Image

from backend.bench.load import load, screenfuls
from backend.bench.pictures import SIZES, cuts, feed_like
from tests.conftest import RunningService


def test_pictures_of_the_bench_have_the_sizes_of_feeds_and_are_all_different() -> None:
    pictures = [*feed_like(len(SIZES)), *feed_like(1, seed=1)]
    assert len(set(pictures)) == len(pictures)
    assert [Image.open(io.BytesIO(data)).size for data in pictures[: len(SIZES)]] == list(SIZES)
    cut = list(cuts(2 * len(SIZES)))
    assert len(set(cut)) == len(cut)
    assert [Image.open(io.BytesIO(data)).size for data in cut] == 2 * list(SIZES)


def test_load_counts_every_picture_once(service: RunningService) -> None:
    headers = {"Authorization": f"Bearer {service.token}"}
    pictures, sent = list(feed_like(6, seed=2)), []

    def request(body: bytes) -> dict[str, object]:
        sent.append(body)
        return {"content": body, "headers": headers}

    found = asyncio.run(load(f"{service.address}/v1/score", request, pictures, 3))
    assert sorted(sent) == sorted(pictures)
    assert found.rate > 0 and found.p50 <= found.p95 <= found.p99
    assert asyncio.run(screenfuls(f"{service.address}/v1/score", request, pictures, 3)) > 0
