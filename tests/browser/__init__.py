"""Chromium against a real Jupyter server, with its login and its XSRF checks on."""

from __future__ import annotations

import pytest

#: What is the same in both applications is shown in Notebook, which loads sooner than JupyterLab does,
#: unless a test says otherwise (`tests.tiers`).
IN_LAB = pytest.mark.applications("lab")
IN_BOTH = pytest.mark.applications("lab", "tree")
