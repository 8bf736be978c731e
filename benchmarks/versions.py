"""Earlier versions of the package, to be measured beside the one here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_ROOT = Path(__file__).parent.parent


def built_package_of(commit: str, folder: Path) -> Path:
    """Do as `package_of`, and build the page of that commit into it; return the package."""
    package_of(commit, folder)
    archive = subprocess.run(
        ["git", "archive", commit, "labextension", "pyproject.toml"],
        cwd=_ROOT,
        check=True,
        capture_output=True,
    ).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)
    (folder / "labextension/node_modules").symlink_to(_ROOT / "labextension/node_modules")
    subprocess.run(["jlpm", "build"], cwd=folder / "labextension", check=True, stdout=subprocess.DEVNULL)
    return folder / "jupyter_bigupload"


def package_of(commit: str, folder: Path) -> Path:
    """Return `folder`, which is made, with the package as it was at a commit of this repository."""
    folder.mkdir()
    archive = subprocess.run(
        ["git", "archive", commit, "jupyter_bigupload"], cwd=_ROOT, check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)
    # What the build leaves there, and git does not keep.
    shutil.copy(_ROOT / "jupyter_bigupload/_version.py", folder / "jupyter_bigupload")
    return folder
