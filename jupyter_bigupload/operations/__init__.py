"""What happens after the last byte: long work, in processes of its own, with a record of each."""

from __future__ import annotations
