"""Numbers that an administrator sets. Each has bounds; what lies outside is refused in words."""

from __future__ import annotations

from typing import Any

from traitlets import Float, HasTraits, Int, TraitError

#: The largest whole number that JavaScript keeps exactly, since the page computes with some of these.
MOST_BYTES = 2**53 - 1


class WholeNumber(Int):  # type: ignore[type-arg]  # generic for type checkers only
    """A whole number from `least` to `most`.

    Parameters
    ----------
    default : int
        What it is when nothing is set.
    unit : str
        What is counted.
    zero : str
        What 0 stands for, where it is no number like the others.
    help : str
        A sentence or two for the administrator.
    """

    def __init__(
        self,
        default: int,
        *,
        least: int = 0,
        most: int = MOST_BYTES,
        unit: str = "bytes",
        zero: str = "",
        help: str,  # noqa: A002  # as traitlets has it
    ) -> None:
        super().__init__(default, min=least, max=most, config=True, help=help)
        self._wanted = f"a whole number of {unit} from {least} to {most}{zero and f', 0 for {zero}'}"

    def validate(self, obj: HasTraits, value: Any) -> int:
        """Return `value` if it is one.

        Raises
        ------
        TraitError
            When it isn't.
        """
        if isinstance(value, int) and not isinstance(value, bool) and self.min <= value <= self.max:
            return value
        raise _refusal(obj, self.name, value, self._wanted)


class Seconds(Float):  # type: ignore[type-arg]  # generic for type checkers only
    """A time from 0 to `most` seconds.

    Parameters
    ----------
    default : float
        What it is when nothing is set.
    zero : str
        What 0 stands for, where it is no time like the others.
    help : str
        A sentence or two for the administrator.
    """

    def __init__(
        self,
        default: float,
        *,
        most: float,
        zero: str = "",
        help: str,  # noqa: A002  # as traitlets has it
    ) -> None:
        super().__init__(default, min=0.0, max=most, config=True, help=help)
        self._wanted = f"a number of seconds from 0 to {most:.0f}{zero and f', 0 for {zero}'}"

    def validate(self, obj: HasTraits, value: Any) -> float:
        """Return `value` if it is one; no infinity is, and what is no number neither.

        Raises
        ------
        TraitError
            When it isn't.
        """
        if isinstance(value, int | float) and not isinstance(value, bool) and self.min <= value <= self.max:
            return float(value)
        raise _refusal(obj, self.name, value, self._wanted)


def _refusal(obj: HasTraits, name: str | None, value: object, wanted: str) -> TraitError:
    shown = str(value) if isinstance(value, str | int | float) else repr(value)
    return TraitError(f"{type(obj).__name__}.{name} can't be {shown}: write {wanted}.")
