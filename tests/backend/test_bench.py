"""The bench's load and its pictures, on the real service; the whole of it runs by hand."""

import asyncio
import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from backend.bench.figures import IN_FLIGHT, Measured, measure, ratios
from backend.bench.load import Load, load, screenfuls
from backend.bench.machine import model_name, processor
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


def test_the_service_is_measured_alone_with_a_screenful_and_with_more(service: RunningService) -> None:
    headers = {"Authorization": f"Bearer {service.token}"}
    pictures, sent = list(feed_like(12, seed=3)), []

    def request(body: bytes) -> dict[str, object]:
        sent.append(body)
        return {"content": body, "headers": headers}

    found = asyncio.run(measure(f"{service.address}/v1/score", request, pictures))
    assert tuple(found.in_flight) == IN_FLIGHT == (1, 12, 48)
    assert found.rate == found.in_flight[12].rate
    assert len(sent) == 4 * len(pictures)  # the screenful, too


@pytest.mark.parametrize(("litserve", "beside"), [(20.0, {"ratio_to_litserve": 2.0}), (None, {})])
def test_figures_stand_beside_both_references(litserve: float | None, beside: dict[str, float]) -> None:
    loads = {number: Load(rate, 0.1, 0.2, 0.3) for number, rate in ((1, 10.0), (12, 40.0), (48, 45.0))}
    found = ratios(Measured(loads, screenful_p95=0.36), 50.0, litserve)
    expected = {"ratio_to_ceiling": 0.8, "screenful_p95_ratio": 1.5, **beside}
    assert found == pytest.approx(expected)


def test_the_machine_is_named_as_its_maker_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Example(R) CPU @ 2.60GHz\n\nmodel name\t: Another\n"
    assert model_name(said) == "Example(R) CPU @ 2.60GHz"
    assert model_name("processor\t: 0\nCPU part\t: 0xd0c\n") is None
    if sys.platform == "linux" and (told := model_name(Path("/proc/cpuinfo").read_text())):
        assert processor() == told
    sysctl = tmp_path / "sysctl"
    sysctl.write_text('#!/bin/sh\n[ "$*" = "-n machdep.cpu.brand_string" ] && echo Apple M9\n')
    sysctl.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "darwin")
    assert processor() == "Apple M9"
    sysctl.unlink()
    assert processor()  # something rather than nothing
