"""Copies of files and folders from one destination to another, and moves, which are copies first."""

from .copies import copy
from .moves import move, rename
from .sides import Side, side_of
from .target import PARAMETERS, copy_target

__all__ = ["PARAMETERS", "Side", "copy", "copy_target", "move", "rename", "side_of"]
