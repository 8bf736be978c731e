"""The settings of this package."""

from __future__ import annotations

from typing import Any

from traitlets import TraitType

from jupyter_bigupload.extension import BigUpload


def own_settings() -> dict[str, TraitType[Any, Any]]:
    """Return the traits of `BigUpload` that Jupyter's own classes have not, by their names."""
    return {
        name: trait
        for name, trait in BigUpload.class_traits(config=True).items()
        if trait.this_class is not None and trait.this_class.__module__.startswith("jupyter_bigupload.")
    }
