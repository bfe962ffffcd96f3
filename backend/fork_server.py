"""Where worker processes come from: a process without threads that has read their code, and forks them.

Forking the service itself, which has threads (onnxruntime's), may hang the fork. Started before the service
reads its own code, this process reads that of the workers meanwhile. It ends when the service does, however
that ends. Windows has none: each worker reads its code by itself there.
"""

import multiprocessing
import sys
from multiprocessing.context import BaseContext
from typing import Final

# All that preparing a picture needs, and nothing of the service: no worker reads any code of its own.
READ: Final = [
    "backend.workers", "backend.evidence.rungs", "c2pa", "PIL.AvifImagePlugin", "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PngImagePlugin", "PIL.WebPImagePlugin",
]  # fmt: skip


def context() -> BaseContext:
    """What worker processes are made with."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(READ)
    return forking


def start() -> None:
    """Returns at once; nothing happens where it runs already."""
    if sys.platform == "win32":
        return
    from multiprocessing.forkserver import ensure_running

    context()
    ensure_running()
