"""Chromium against a real Jupyter server, with its login and its XSRF checks on."""

from __future__ import annotations

import pytest

#: What is the same in both applications is shown in JupyterLab, unless a test says otherwise (`tests.tiers`).
IN_NOTEBOOK = pytest.mark.applications("tree")
IN_BOTH = pytest.mark.applications("lab", "tree")
