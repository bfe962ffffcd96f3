"""The model that is shipped, as a download: each runtime's files together."""

from collections import Counter

from backend.model_folder import DEFAULT, read_model_json

MOST = 26_000_000  # bytes that a reader downloads


def test_each_runtime_of_the_shipped_model_is_small_enough_to_download() -> None:
    files = read_model_json(DEFAULT).files
    assert [(DEFAULT / file.path).stat().st_size for file in files] == [file.bytes for file in files]
    sizes: Counter[str] = Counter()
    for file in files:
        sizes[file.runtime] += file.bytes
    assert {runtime: size for runtime, size in sizes.items() if size >= MOST} == {}
    assert {"onnx", "tfjs"} <= set(sizes)
