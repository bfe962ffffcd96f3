"""The golden JSON that holds the extension's port to the service's code is what that code says."""

from tests.golden.judging import JSON, text


def test_the_golden_json_is_what_the_service_says() -> None:
    assert JSON.read_text() == text(), "run `make golden`"
