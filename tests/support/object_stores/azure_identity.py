"""Who a server is at Azure: what App Service and Functions offer the programs that they run.

See https://learn.microsoft.com/azure/app-service/overview-managed-identity ("REST endpoint reference").
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

#: Seconds that a token is good for.
_LASTS = 3600


class AzureIdentity:
    """A managed identity on this machine: whoever has its environment gets tokens, which Azurite believes."""

    def __init__(self) -> None:
        self._secret = secrets.token_hex(16)
        #: What was given away.
        self.tokens: list[str] = []
        #: Whether nobody gets one.
        self.refuses = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes a process have the identity, and no other."""
        return {
            "IDENTITY_ENDPOINT": f"http://127.0.0.1:{self._server.server_address[1]}/token",
            "IDENTITY_HEADER": self._secret,
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
        }

    def __enter__(self) -> AzureIdentity:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, resource: str, secret: str | None) -> tuple[int, object]:
        if secret != self._secret or self.refuses:
            return 400, {"statusCode": 400, "message": "There is no such identity."}
        now = int(time.time())
        claims = {
            "aud": resource,
            "iss": "https://sts.windows.net/lab/",
            "oid": str(uuid4()),
            "tid": str(uuid4()),
            "iat": now - 10,
            "nbf": now - 10,
            "exp": now + _LASTS,
        }
        head = {"alg": "RS256", "typ": "JWT"}
        token = f"{_encoded(head)}.{_encoded(claims)}.{secrets.token_urlsafe(64)}"
        self.tokens.append(token)
        answer = {"access_token": token, "expires_on": str(claims["exp"])}
        return 200, {**answer, "resource": resource, "token_type": "Bearer"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        identity = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                resource = parse_qs(urlsplit(self.path).query).get("resource", [""])[0]
                status, answer = identity._answer(resource, self.headers.get("X-IDENTITY-HEADER"))
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                """Tell nobody."""

        return Handler


def _encoded(fields: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).rstrip(b"=").decode()
