"""The same judge behind LitServe: `python -m backend.bench.litserve_server MODEL PORT`."""

import sys
from pathlib import Path
from typing import Any

import litserve
from fastapi import UploadFile

from backend.judge import Judge


class JudgeApi(litserve.LitAPI):  # type: ignore[misc]
    """As LitServe's guide has it: load in setup, decode the request, predict, encode."""

    def __init__(self, model: Path) -> None:
        super().__init__()
        self.model = model

    def setup(self, device: str) -> None:
        self.judge = Judge.from_folder(self.model)
        self.judge.session.warm()

    def decode_request(self, request: UploadFile) -> bytes:
        return request.file.read()

    def predict(self, data: bytes, **_: Any) -> Any:
        return self.judge.judge(data)

    def encode_response(self, output: Any, **_: Any) -> Any:
        return output.model_dump()


if __name__ == "__main__":
    server = litserve.LitServer(JudgeApi(Path(sys.argv[1])), accelerator="cpu", timeout=120)
    server.run(host="127.0.0.1", port=int(sys.argv[2]), generate_client_file=False, log_level="warning")
