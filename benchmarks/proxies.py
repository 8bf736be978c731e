"""What stands before a Jupyter server on a hub: nginx, Caddy and Apache, with TLS and over HTTP/2."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import trustme

from tests.support.process import free_ports

from .processes import end

_START_SECONDS = 30
#: More than one worker would take a core from the browser and the server.
_NGINX = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 0;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  server {{
    listen 127.0.0.1:{port} ssl {listen};
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    {settings}
    location / {{
      proxy_pass http://127.0.0.1:{target};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }}
  }}
}}
"""
_CADDY = """
{{
  admin off
  auto_https disable_redirects
  skip_install_trust
  default_bind 127.0.0.1
  servers {{
    protocols h1 h2
  }}
}}
https://127.0.0.1:{port} {{
  tls {folder}/cert.pem {folder}/key.pem
  reverse_proxy 127.0.0.1:{target}
}}
"""
_APACHE = """
{modules}
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
PidFile {folder}/pid
ErrorLog {folder}/log
DefaultRuntimeDir {folder}
{user}
SSLEngine on
SSLCertificateFile {folder}/cert.pem
SSLCertificateKeyFile {folder}/key.pem
Protocols h2 http/1.1
LimitRequestBody 0
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:{target}/ upgrade=websocket
{settings}
"""
_APACHE_MODULES = ("authz_core", "http2", "mpm_event", "proxy", "proxy_http", "ssl")


@dataclass(frozen=True)
class Proxy:
    """A program with some settings.

    Parameters
    ----------
    title : str
        What a table calls it.
    program : str
        What has to be on the `PATH`.
    configure : Callable
        Writes its configuration into a folder, for a port and a target, and returns its arguments.
    """

    title: str
    program: str
    configure: Callable[[Path, int, int], Sequence[str]]

    @property
    def is_installed(self) -> bool:
        """Whether it can be run here."""
        return shutil.which(self.program) is not None

    @contextmanager
    def before(self, target: int) -> Iterator[int]:
        """Start it before a port of this machine, and return the port where it listens."""
        folder = Path("/tmp", f"bigupload-proxy-{os.getpid()}-{time.monotonic_ns()}")  # noqa: S108  # and unique
        folder.mkdir(mode=0o755)
        (port,) = free_ports(1)
        try:
            _issue_certificate(folder)
            command = [self.program, *self.configure(folder, port, target)]
            process = psutil.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
            try:
                _wait_until_it_listens(process, port)
                yield port
            finally:
                end(process)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _nginx(title: str, listen: str, settings: str) -> Proxy:
    def configure(folder: Path, port: int, target: int) -> list[str]:
        # Its workers take another user's place where it may.
        user = "user root;" if os.getuid() == 0 else ""
        text = _NGINX.format(
            folder=folder, port=port, target=target, listen=listen, settings=settings, user=user
        )
        (folder / "nginx.conf").write_text(text)
        return ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")]

    return Proxy(title, "nginx", configure)


def _caddy(title: str) -> Proxy:
    def configure(folder: Path, port: int, target: int) -> list[str]:
        (folder / "Caddyfile").write_text(_CADDY.format(folder=folder, port=port, target=target))
        return ["run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]

    return Proxy(title, "caddy", configure)


def _apache(title: str, settings: str = "") -> Proxy:
    def configure(folder: Path, port: int, target: int) -> list[str]:
        program = shutil.which("apache2")
        assert program is not None
        libraries = Path(program).parent.parent / "lib/apache2/modules"
        modules = "\n".join(f"LoadModule {name}_module {libraries}/mod_{name}.so" for name in _APACHE_MODULES)
        text = _APACHE.format(
            folder=folder,
            port=port,
            target=target,
            modules=modules,
            settings=settings,
            user="User www-data" if os.getuid() == 0 else "",
        )
        (folder / "apache.conf").write_text(text)
        return ["-d", str(folder), "-f", str(folder / "apache.conf"), "-DFOREGROUND"]

    return Proxy(title, "apache2", configure)


PROXIES = {
    "http1": _nginx("nginx, HTTP/1.1", "", "proxy_request_buffering off;"),
    "buffered": _nginx("nginx, HTTP/2, requests buffered", "http2", ""),
    "unbuffered": _nginx("nginx, HTTP/2, not buffered", "http2", "proxy_request_buffering off;"),
    "advised": _nginx(
        "nginx, HTTP/2, not buffered, `http2_body_preread_size 8m`",
        "http2",
        "proxy_request_buffering off; http2_body_preread_size 8m;",
    ),
    "caddy": _caddy("Caddy, HTTP/2"),
    "apache": _apache("Apache, HTTP/2"),
    "apache-advised": _apache("Apache, HTTP/2, `H2WindowSize 8388608`", "H2WindowSize 8388608"),
}
"""By what a command line calls them; the first one is what others are compared with."""


def _issue_certificate(folder: Path) -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1", "localhost")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")


def _wait_until_it_listens(process: psutil.Popen, port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{' '.join(process.args)} does not listen")
