"""Who answers on the service's port: asked as the user's own programs ask."""

import json
import urllib.request
from typing import Any


def ask_health(host: str, port: int, token: str) -> Any:
    """What is answered to GET /v1/health, parsed; never through a proxy. Raises OSError (URLError where
    nobody listens, HTTPError where whoever does refuses) and ValueError where the answer is no JSON."""
    headers = {"Authorization": f"Bearer {token}", "Host": "127.0.0.1"}
    asked = urllib.request.Request(f"http://{host}:{port}/v1/health", headers=headers)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(asked, timeout=3) as answer:
        return json.load(answer)
