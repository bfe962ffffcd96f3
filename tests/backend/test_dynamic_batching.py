"""Several pictures in one run of a device: what belongs to whom, and what happens when a run fails."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.dynamic_batching import SIZES, DynamicBatching, Outputs, Views
from backend.model_folder import open_model_folder
from backend.session import Session
from tests.model_folders import SIDE


def _views(*values: int) -> Views:
    return np.array(values, np.uint8).reshape(-1, 1, 1, 1) * np.ones((1, 2, 2, 3), np.uint8)


class Device:
    """Gives each view's value back; its first run goes on until `go_on` is set."""

    def __init__(self) -> None:
        self.runs: list[int] = []  # their sizes
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, views: Views) -> Outputs:
        self.runs.append(len(views))
        self.begun.set()
        assert self.go_on.wait(30)
        if (views == 255).any():
            raise RuntimeError("out of memory")
        value: NDArray[np.float32] = views[:, 0, 0, 0].astype(np.float32)
        return [value, np.stack([value, -value], axis=1)]


def _while_busy(
    batching: DynamicBatching, device: Device, asked: list[Views], pool: ThreadPoolExecutor
) -> "list[Future[Outputs]]":
    """Asks for the first; the others come while that runs."""
    first = pool.submit(batching, asked[0])
    assert device.begun.wait(30)
    others = [pool.submit(batching, views) for views in asked[1:]]
    while batching.waiting < len(others):
        time.sleep(0.001)
    device.go_on.set()
    return [first, *others]


def test_what_comes_while_the_device_is_at_work_is_its_next_batch() -> None:
    device = Device()
    batching = DynamicBatching(device)
    asked = [_views(1, 2, 3), _views(4, 5, 6, 7), _views(8), _views(9, 10, 11)]
    with ThreadPoolExecutor(4) as pool:
        outputs = [each.result(30) for each in _while_busy(batching, device, asked, pool)]
    assert device.runs == [4, 8]  # 3 filled up; 4 + 1 + 3 in one
    for views, (value, both) in zip(asked, outputs, strict=True):
        assert value.tolist() == views[:, 0, 0, 0].tolist()
        assert both.tolist() == [[each, -each] for each in value.tolist()]


def test_a_crowd_is_run_in_batches_of_known_sizes() -> None:
    device = Device()
    batching = DynamicBatching(device)
    asked = [_views(*range(n, n + 8)) for n in range(0, 160, 8)]
    with ThreadPoolExecutor(len(asked)) as pool:
        outputs = [each.result(30) for each in _while_busy(batching, device, asked, pool)]
    assert device.runs == [8, 64, 64, 32]  # 19 others, 24 views left for the last
    assert [output[0].tolist() for output in outputs] == [views[:, 0, 0, 0].tolist() for views in asked]


def test_a_picture_may_have_more_views_than_a_run() -> None:
    device = Device()
    device.go_on.set()
    values = np.arange(SIZES[-1] + 5)
    assert DynamicBatching(device)(_views(*values))[0].tolist() == values.tolist()
    assert device.runs == [SIZES[-1], 8]


def test_a_failed_run_fails_for_those_in_it_alone_and_the_next_goes_on() -> None:
    device = Device()
    batching = DynamicBatching(device)
    with ThreadPoolExecutor(3) as pool:
        good, *bad = _while_busy(batching, device, [_views(1), _views(255), _views(2)], pool)
        assert good.result(30)[0].tolist() == [1]
        for each in bad:
            with pytest.raises(RuntimeError, match="out of memory"):
                each.result(30)
    assert batching(_views(3))[0].tolist() == [3]


def test_onnxruntime_gives_the_same_in_company(model_folder: Path) -> None:
    """The way of a GPU, with buffers in the CPU's memory here."""
    folder = open_model_folder(model_folder)
    session = Session(folder.weights_path, folder.model)
    batching = DynamicBatching(session.run_bound)
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (count, SIDE, SIDE, 3), np.uint8) for count in (4, 1, 8, 3, 4, 4)]
    with ThreadPoolExecutor(len(pictures)) as pool:
        joined = list(pool.map(batching, pictures))
    for picture, outputs in zip(pictures, joined, strict=True):
        logits, cells = session.run(picture)
        assert outputs[0].reshape(-1) == pytest.approx(logits) and outputs[1] == pytest.approx(cells)
