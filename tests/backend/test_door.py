"""The closed door: who is let in, tokens, pairing, and what an attacker can try."""

import hashlib
import hmac
import json
import stat
from pathlib import Path

import pytest
from click.testing import Result
from starlette.datastructures import Headers
from typer.testing import CliRunner

from backend.bodies import MAX_JSON
from backend.commandline.commands import commands
from backend.commandline.serve import is_loopback, listen
from backend.contract import PairingDone, PairingOpened, Problem
from backend.data_folder import PAIRED, TOKEN
from backend.errors import NotLoopback, PairingEnded, PairingLocked, WrongCode
from backend.guard import refusal
from backend.pairing import LIFETIME, MOST_OPEN, MOST_WRONG, TRIES, Pairings
from backend.settings import Settings
from backend.tokens import PREFIX, Tokens
from tests.conftest import RunningService

OPEN = "/v1/pairing"
UNDOCUMENTED = [("GET", "/openapi.json"), ("GET", "/x"), ("POST", "/x")]


@pytest.fixture(scope="module")
def routes(service: RunningService) -> list[tuple[str, str]]:
    """All that the service itself says that it has, and what it has not."""
    with service.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    documented = [(method.upper(), path) for path, operations in paths.items() for method in operations]
    assert ("POST", "/v1/heat") in documented
    return [*documented, *UNDOCUMENTED]


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer wrong", "Basic {}", "{}", "Bearer {}x", "Bearer é"]
)
def test_every_route_but_the_pairing_wants_the_token(
    service: RunningService, routes: list[tuple[str, str]], authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.format(service.token).encode()}
    with service.client() as client:
        del client.headers["Authorization"]
        for method, path in routes:
            if path.startswith(OPEN):
                continue
            answer = client.request(method, path, headers=headers)
            problem = Problem.model_validate(answer.json())
            assert (path, answer.status_code, problem.reason) == (path, 401, "unauthorised")
            assert answer.headers["www-authenticate"] == "Bearer"


HEADERS = [
    ({"host": "candid.example"}, "forbidden_host"),
    ({"host": "127.0.0.1.evil.example:8017"}, "forbidden_host"),
    ({"host": "localhost.evil.example"}, "forbidden_host"),
    ({"origin": "https://example.org"}, "forbidden_origin"),
    ({"origin": "http://127.0.0.1:3000"}, "forbidden_origin"),
    ({"origin": "null"}, "forbidden_origin"),
    ({"origin": "chrome-extension://abcdefgh"}, None),
    ({"origin": "moz-extension://0000-1111"}, None),
    ({"host": "localhost:8017"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("headers", "reason"), HEADERS)
def test_every_route_refuses_foreign_hosts_and_web_pages(
    service: RunningService, routes: list[tuple[str, str]], headers: dict[str, str], reason: str | None
) -> None:
    """Even with the token."""
    with service.client() as client:
        for method, path in routes:
            answer = client.request(method, path, headers=headers)
            if reason is None:
                assert (path, answer.status_code) != (path, 403)
            else:
                assert (path, answer.status_code, answer.json()["reason"]) == (path, 403, reason)


def test_a_closed_door_tells_nothing_of_what_is_behind_it(service: RunningService) -> None:
    with service.client("wrong") as client:
        said = client.get("/v1/health").text + client.get("/nothing").text
    assert "brightness" not in said and "not_found" not in said


@pytest.mark.parametrize(
    ("host", "exposed", "refused"),
    [
        ("192.168.1.5:8017", True, False),
        ("192.168.1.5:8017", False, True),
        ("[fe80::1]:8017", True, False),
        ("evil.example:8017", True, True),
        ("", True, True),
        ("[::1]:8017", False, False),
    ],
)
def test_an_exposed_service_is_asked_by_its_address_never_by_a_name(
    host: str, exposed: bool, refused: bool
) -> None:
    headers = Headers({"host": host, "authorization": "Bearer t"})
    assert (refusal(headers, "/v1/health", lambda token: token == "t", exposed) is not None) == refused


def test_other_machines_are_served_only_where_the_flag_says_so() -> None:
    with pytest.raises(NotLoopback, match="--expose"):
        listen(Settings(host="0.0.0.0", port=65535))
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "10.0.0.1")] == [True] * 3 + [
        False
    ]


def test_pairing_over_http_gives_a_token_that_can_be_revoked(
    service: RunningService, data_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with service.client("none") as client:
        opened = PairingOpened.model_validate(client.post("/v1/pairing", json={"name": "Firefox"}).json())
        shown = caplog.messages[-1]
        assert "Firefox" in shown
        code = shown.split("minutes:")[1].replace(" ", "").strip()
        wrong = client.post(f"/v1/pairing/{opened.id}", json={"code": other(code)})
        assert (wrong.status_code, wrong.json()["reason"]) == (403, "wrong_code")
        done = PairingDone.model_validate(client.post(f"/v1/pairing/{opened.id}", json={"code": code}).json())
        again = client.post(f"/v1/pairing/{opened.id}", json={"code": code})
        assert (again.status_code, again.json()["reason"]) == (410, "pairing_ended")
    tokens = Tokens(data_folder)
    with service.client(done.token) as client:
        assert client.get("/v1/health").status_code == 200
        assert tokens.revoke(next(entry.id for entry in tokens.paired() if entry.name == "Firefox"))
        assert client.get("/v1/health").status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b'{"name": ""}', 422),
        (b'{"name": "\\u001b[2J"}', 422),  # would clear the terminal
        (b'{"name": "a", "more": 1}', 422),
        (b"{" * (MAX_JSON + 1), 413),
        (b"\xff\xfe", 422),
    ],
)
def test_pairing_takes_no_body_but_its_own(service: RunningService, body: bytes, status: int) -> None:
    with service.client("none") as client:
        answer = client.post("/v1/pairing", content=body)
    assert (answer.status_code, Problem.model_validate(answer.json()).status) == (status, status)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def other(code: str) -> str:
    return "111111" if code == "000000" else "000000"


def test_a_code_dies_after_five_wrong_tries() -> None:
    pairings = Pairings(Clock())
    request = pairings.ask("a")
    for _ in range(TRIES - 1):
        with pytest.raises(WrongCode):
            pairings.answer(request.id, other(request.code))
    for code in (other(request.code), request.code):
        with pytest.raises(PairingEnded):
            pairings.answer(request.id, code)


def test_a_code_dies_after_two_minutes() -> None:
    clock = Clock()
    pairings = Pairings(clock)
    early, late = pairings.ask("a"), pairings.ask("b")
    clock.now = LIFETIME - 1
    assert pairings.answer(early.id, early.code) == "a"
    clock.now = LIFETIME
    with pytest.raises(PairingEnded):
        pairings.answer(late.id, late.code)


def test_guessing_ends_for_good_long_before_it_can_succeed() -> None:
    clock, wrong = Clock(), 0
    pairings = Pairings(clock)
    with pytest.raises(PairingLocked, match="Start Candid again"):
        while True:
            request = pairings.ask("a")
            for _ in range(TRIES):
                wrong += 1
                with pytest.raises((WrongCode, PairingEnded)):
                    pairings.answer(request.id, other(request.code))
    assert wrong == MOST_WRONG


def test_few_pairings_are_open_at_once() -> None:
    clock = Clock()
    pairings = Pairings(clock)
    for _ in range(MOST_OPEN):
        pairings.ask("a")
    with pytest.raises(PairingLocked):
        pairings.ask("a")
    clock.now = LIFETIME
    pairings.ask("a")


def test_tokens_are_kept_for_their_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    tokens = Tokens(folder)
    _, token = tokens.issue("a")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / TOKEN, folder / PAIRED)]
    assert modes == [0o700, 0o600, 0o600]
    assert token not in (folder / PAIRED).read_text()
    assert Tokens(folder).own() == tokens.own() and len(tokens.own()) > 40
    assert tokens.accepts(token) and tokens.accepts(tokens.own()) and not tokens.accepts("")


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What hmac.compare_digest, whose time does not depend on where two differ, was asked about."""
    found: list[bytes] = []
    compare = hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        found.append(other)
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    return found


@pytest.mark.parametrize("which", ["own", "first", "last", "wrong"])
def test_every_token_takes_the_same_comparisons(tmp_path: Path, compared: list[bytes], which: str) -> None:
    """Of hashes, and with all that are known, also where the first is the right one."""
    tokens = Tokens(tmp_path)
    paired = [tokens.issue(name) for name in ("a", "b", "c")]
    token = {"own": tokens.own(), "first": paired[0][1], "last": paired[-1][1], "wrong": PREFIX}[which]
    assert tokens.accepts(token) == (which != "wrong")
    own = hashlib.sha256(tokens.own().encode()).hexdigest()
    assert [each.hex() for each in compared] == [own, *(entry.sha256 for entry, _ in paired)]


def test_codes_are_compared_in_the_same_time(compared: list[bytes]) -> None:
    pairings = Pairings(Clock())
    request = pairings.ask("a")
    with pytest.raises(WrongCode):
        pairings.answer(request.id, other(request.code))
    pairings.answer(request.id, request.code)
    assert compared == [other(request.code).encode(), request.code.encode()]


def test_a_broken_list_of_the_paired_is_moved_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tokens = Tokens(tmp_path)
    (tmp_path / PAIRED).write_text('{"format": 1, "paired": [')
    assert tokens.accepts(tokens.own())
    assert [path.name for path in tmp_path.glob("*broken*")] and "pair again" in caplog.text


def test_token_prints_itself_and_its_commands_show_list_and_revoke(tmp_path: Path) -> None:
    entry, _ = Tokens(tmp_path).issue("Chrome")

    def token(*arguments: str) -> Result:
        return CliRunner().invoke(commands, ["token", *arguments, "--data", str(tmp_path)])

    alone = token()
    assert (alone.exit_code, alone.stdout) == (0, f"{Tokens(tmp_path).own()}\n")  # for `$(...)` in scripts
    assert token("show").stdout == alone.stdout
    assert entry.id in token("list").stdout
    assert [token("revoke", entry.id).exit_code for _ in range(2)] == [0, 1]
    assert json.loads((tmp_path / PAIRED).read_text())["paired"] == []
