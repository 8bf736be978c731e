"""JupyterLab and Notebook, without what no test of ours needs."""

from __future__ import annotations

import json

import httpx

from tests.support.server import Config, RunningServer
from tests.tiers import takes_all

#: Lets tests steer a page by `window.jupyterapp` where it would take a person seconds.
STEERABLE: Config = {
    application: {"expose_app_in_browser": True} for application in ("LabApp", "JupyterNotebookApp")
}

#: An address of this machine that links may lead to; to others, the server's own among them, they may not.
ORIGIN = "127.0.0.2"
LINKS = {"link_schemes": ["https", "http"], "link_allow": [f"{ORIGIN}/32"], "link_ports": []}

#: Extensions of JupyterLab that have nothing to do with files and their listing.
_UNNEEDED = (
    "cell-toolbar-extension",
    "celltags-extension",
    "codemirror-extension",
    "completer-extension",
    "console-extension",
    "csvviewer-extension",
    "debugger-extension",
    "documentsearch-extension",
    "extensionmanager-extension",
    "fileeditor-extension",
    "help-extension",
    "htmlviewer-extension",
    "hub-extension",
    "imageviewer-extension",
    "inspector-extension",
    "javascript-extension",
    "json-extension",
    "launcher-extension",
    "logconsole-extension",
    "lsp-extension",
    "markdownviewer-extension",
    "markedparser-extension",
    "mathjax-extension",
    "mermaid-extension",
    "metadataform-extension",
    "notebook-extension",
    "pdf-extension",
    "pluginmanager-extension",
    "property-inspector",
    "rendermime-extension",
    "running-extension",
    "terminal-extension",
    "toc-extension",
    "tooltip-extension",
    "vega5-extension",
    "workspaces-extension",
)
#: Of others, which are there for widgets.
_UNNEEDED_TOO = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/jupyterlab-preview")


def prepare_pages(server: RunningServer) -> None:
    """Leave out of the applications what no test of ours needs, so that they load in two thirds of the time.

    The largest tier has them as they are. In none does JupyterLab ask about news, over part of the page.
    """
    if not takes_all():
        unneeded = [*(f"@jupyterlab/{name}" for name in _UNNEEDED), *_UNNEEDED_TOO]
        (server.config_dir / "labconfig").mkdir(exist_ok=True)
        (server.config_dir / "labconfig" / "page_config.json").write_text(
            json.dumps({"disabledExtensions": dict.fromkeys(unneeded, True)}), "utf-8"
        )
    answer = httpx.put(
        f"{server.url}lab/api/settings/@jupyterlab/apputils-extension:notification",
        headers={"Authorization": f"token {server.token}"},
        json={"raw": '{"fetchNews": "false"}'},
    )
    answer.raise_for_status()
