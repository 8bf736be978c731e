"""The running server against docs/openapi.yaml: schemathesis asks, rightly and wrongly."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer
from tests.tiers import examples

from .test_openapi import OPENAPI

#: The others don't hold for HTTP as it is: a server may take more than a client is told to send.
PROMISED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
schemathesis.serializer.alias("application/partial-upload", "application/octet-stream")
schema = schemathesis.openapi.from_path(OPENAPI)
schema.config.generation.update(max_examples=examples(20), deterministic=True, with_security_parameters=False)
# Documented and no failure of the server's: it can't do that, is not ready yet, or has no space.
schema.config.checks.not_a_server_error.expected_statuses = ["2xx", "4xx", "501", "503", "507"]


@pytest.fixture(scope="module")
def strangely_asked() -> Iterator[RunningServer]:
    with ForkedServer() as server:
        yield server
        server.require_no_traceback()


@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case: schemathesis.Case[Any], strangely_asked: RunningServer) -> None:
    case.call_and_validate(
        base_url=strangely_asked.url.rstrip("/"),
        headers={"Authorization": f"token {strangely_asked.token}"},
        checks=PROMISED,
    )


def test_one_thing_after_another(strangely_asked: RunningServer) -> None:
    """Create, look, send, complete and abort, in any order, with the ids that the answers gave."""

    class Client(schema.as_state_machine()):  # type: ignore[misc]  # made from the document
        def get_call_kwargs(self, case: schemathesis.Case[Any]) -> dict[str, Any]:
            return {
                "base_url": strangely_asked.url.rstrip("/"),
                "headers": {"Authorization": f"token {strangely_asked.token}"},
            }

        def validate_response(self, response: Any, case: schemathesis.Case[Any], **kwargs: Any) -> None:
            case.validate_response(response, checks=PROMISED)

        def teardown(self) -> None:
            shutil.rmtree(strangely_asked.data_dir / "bigupload", ignore_errors=True)

    Client.run(
        settings=settings(
            max_examples=examples(15),
            stateful_step_count=8,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        )
    )
