"""The real service where there is no network, not even a route: started and asked in a namespace of its own.

    unshare -rn sh -c 'ip link set lo up && exec python -m tests.without_network MODEL DATA PICTURE...'

Out, as JSON: what it answers to each picture, and how often anything in the namespace tried to reach another
machine. The kernel counts that, whatever the code that asks is written in.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx

from backend.tokens import Tokens

PORT = 8017  # all are free here
PATIENCE = 60.0  # s until it serves
COUNTED = ("Ip:OutNoRoutes", "Udp:OutDatagrams", "Ip6OutNoRoutes", "Udp6OutDatagrams")


def main(model: str, data: str, *pictures: str) -> None:
    command = ["-m", "backend", "--port", str(PORT), "--model", model, "--data", data]
    headers = {"Authorization": f"Bearer {Tokens(Path(data)).own()}"}
    with (
        subprocess.Popen([sys.executable, *command]) as service,
        httpx.Client(
            base_url=f"http://127.0.0.1:{PORT}", headers=headers, timeout=30, trust_env=False
        ) as client,
    ):
        try:
            wait_for(client)
            bodies = [Path(picture).read_bytes() for picture in pictures]
            answers = [client.post("/v1/score", content=body).json() for body in bodies]
        finally:
            service.terminate()
    print(json.dumps({"answers": answers, "tried": tried()}))


def wait_for(client: httpx.Client) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            client.get("/v1/health")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the service did not start")


def tried() -> int:
    """Connections that found no route, and datagrams: a name's address is asked for with one."""
    four = Path("/proc/net/snmp").read_text().splitlines()
    counts = {
        f"{names.split()[0]}{name}": int(count)
        for names, numbers in zip(four[::2], four[1::2], strict=True)
        for name, count in zip(names.split()[1:], numbers.split()[1:], strict=True)
    }
    six = [line.split() for line in Path("/proc/net/snmp6").read_text().splitlines()]
    counts |= {name: int(count) for name, count in six}
    return sum(counts[name] for name in COUNTED)


if __name__ == "__main__":
    main(*sys.argv[1:])
