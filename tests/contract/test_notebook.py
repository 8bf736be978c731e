"""The notebook of the documentation runs from its first cell to its last, and counts what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbclient
import nbformat
import pytest

pytest.importorskip("duckdb", reason="pip install 'jupyter_bigupload[tables]'")

DOCS = Path(__file__).parents[2] / "docs"


def test_tables(tmp_path: Path) -> None:
    shutil.copytree(DOCS / "examples", tmp_path / "examples")
    notebook = nbformat.reads((DOCS / "tables.ipynb").read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no annotations

    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()

    shown = [
        output["data"]["text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    # A row for each hour and station; four of them were made wrong.
    assert "Checked(rows_in=35136, rows_out=35132, rejects=4)" in shown
    assert "temperature" in shown[-1]
