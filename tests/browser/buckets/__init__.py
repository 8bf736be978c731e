"""Buckets of real object stores in Chromium, in JupyterLab and Notebook."""

from __future__ import annotations

import pytest

#: What is the same in both applications is shown in one of them.
IN_LAB = pytest.mark.parametrize("frontend", ["lab"], indirect=True)
IN_NOTEBOOK = pytest.mark.parametrize("frontend", ["tree"], indirect=True)
