"""Programs that upload a file, each in a process of its own, which may be killed and started again.

Each is called with the server's address, a token, the file, the name that it is to get, and a folder for what
it keeps to go on with; it ends with 0 when it believes that all is well, and else says why not in its last
line.
"""

from __future__ import annotations

from pathlib import Path

from .program import Program, python_program

_TESTS = Path(__file__).parents[2]


def _tus_js_client(folder: Path, module: str, protocol: str, route: str) -> list[str]:
    return ["node", str(Path(__file__).with_name("tus_js_client.cjs")), str(folder), module, protocol, route]


#: None but ours gives up a connection on which nothing comes, and of the others one alone sends digests.
PROGRAMS = (
    Program("python client", python_program("python_client"), digests=True),
    Program(
        "tus-js-client",
        _tus_js_client(_TESTS / "tus", "tus-js-client", "tus-v1", "api/bigupload/tus"),
        digests=False,
        has_patience=False,
    ),
    Program("tuspy", [*python_program("tuspy_client"), "plain"], digests=False, has_patience=False),
    Program(
        "tuspy, checksums", [*python_program("tuspy_client"), "checksum"], digests=True, has_patience=False
    ),
    *(
        Program(
            f"{protocol}, js",
            _tus_js_client(_TESTS / "rufh/client", "tus-js-client-5", protocol, "api/bigupload/resumable"),
            digests=False,
            has_patience=False,
        )
        for protocol in ("ietf-draft-03", "ietf-draft-05")
    ),
)
