"""Chromium against a real Jupyter server, with its login and its XSRF checks on."""

from __future__ import annotations

import pytest

#: What is the same in both applications is shown in Notebook, which loads sooner than JupyterLab does,
#: unless a test says otherwise (`tests.tiers`).
IN_LAB = pytest.mark.applications("lab")
IN_BOTH = pytest.mark.applications("lab", "tree")

#: For a test that cannot have the tab of an earlier one (`tabs.py`), nor leave its own to a later one: it
#: needs a page that knows nothing yet, as of how large chunks may be, or changes it for good.
OWN_TAB = pytest.mark.own_tab

#: For one that changes what all tabs share: the login, the network, the clock, the server. None is kept then.
ONLY_TAB = pytest.mark.only_tab
