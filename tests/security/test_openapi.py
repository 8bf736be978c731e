"""docs/openapi.yaml, the routes and the error tree say the same."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from tornado.web import RequestHandler

from jupyter_bigupload import errors
from jupyter_bigupload.http.routes import ROUTES

OPENAPI = Path(__file__).parent.parent.parent / "docs" / "openapi.yaml"
#: Reasons of operations that are no error of the tree: nobody was there to raise one.
WORKERS_OWN = {"worker_died", "no_progress", "out_of_memory", "failed"}
#: Tags of protocols of others, by which clients take some errors for other statuses.
PROTOCOLS = {"tus", "resumable"}
VERBS = ("get", "head", "post", "put", "patch", "delete")


def document() -> dict[str, Any]:
    return YAML(typ="safe").load(OPENAPI)  # type: ignore[no-any-return]  # a mapping, as the tests show


def documented() -> set[tuple[str, str]]:
    return {(path, verb) for path, item in document()["paths"].items() for verb in item if verb in VERBS}


def reasons(response: dict[str, Any]) -> set[str]:
    (of_error, own) = response["content"]["application/json"]["schema"]["allOf"]
    assert of_error == {"$ref": "#/components/schemas/Error"}
    return set(own["properties"]["reason"]["enum"])


def test_every_route_and_verb_is_documented_and_no_other() -> None:
    paths = {
        r"/api/upload_handlers(?P<folder>/.*)?": ["/api/upload_handlers", "/api/upload_handlers/{folder}"]
    }
    offered = set()
    for pattern, handler in ROUTES:
        named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern.removesuffix("/?"))
        for path in paths.get(pattern) or [named]:
            for verb in VERBS:
                if getattr(handler, verb) is not getattr(RequestHandler, verb):
                    offered.add((path, verb))
    assert documented() == offered


def test_every_error_is_documented_under_its_status_or_as_an_operation_s() -> None:
    description = document()
    found: set[tuple[str, str]] = set()
    for item in description["paths"].values():
        for verb in VERBS:
            operation = item.get(verb, {})
            for status, response in operation.get("responses", {}).items():
                # A protocol may have a status of its own for an error, which is then said in words.
                in_words = "$ref" not in response and PROTOCOLS.intersection(operation["tags"])
                if status >= "400" and not in_words:
                    name = response["$ref"].rpartition("/")[2]
                    found |= {
                        (reason, status) for reason in reasons(description["components"]["responses"][name])
                    }
    tree = {
        (error.reason, str(error.status))
        for _, error in inspect.getmembers(errors, inspect.isclass)
        if issubclass(error, errors.BigUploadError) and error is not errors.BigUploadError
    }
    of_operations = set(description["components"]["schemas"]["OperationReason"]["enum"]) - WORKERS_OWN
    assert found == {(reason, status) for reason, status in tree if reason not in of_operations}
    assert of_operations <= {reason for reason, _ in tree}


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [
        item[verb]["operationId"] for item in document()["paths"].values() for verb in VERBS if verb in item
    ]
    assert len(names) == len(set(names)) == len(documented())
