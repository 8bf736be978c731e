"""Entries of Intake catalogs: text in, text out."""

from __future__ import annotations

import io
import keyword
import re
from collections.abc import Iterator, Mapping, MutableMapping
from itertools import chain, count
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ..errors import Refused
from .formats import Format, Kind
from .source import Source, Variable

#: What a catalog of Intake 2 is made of.
_SECTIONS = ("aliases", "data", "entries", "metadata", "user_parameters")
#: What YAML 1.1, which Intake reads, takes for something other than text.
_NOT_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
#: What a catalog, as a Python object, has besides its entries.
_RESERVED = {"cat", "catalog", "data", "entries", "aliases", "metadata", "version", "user_parameters"}
_EXTENSION = re.compile(r"(?<=.)\.[^.]*(\.(gz|bz2|xz|zst))?$")

_READERS: Mapping[Format, tuple[str, str, str, Mapping[str, Any]]] = {
    Format.PARQUET: ("Parquet", "PandasParquet", "pandas:DataFrame", {}),
    Format.CSV: ("CSV", "PandasCSV", "pandas:DataFrame", {}),
    Format.TSV: ("CSV", "PandasCSV", "pandas:DataFrame", {"sep": "\t"}),
    Format.JSON: ("JSONFile", "FileTextReader", "builtins:str", {}),
    Format.JSON_LINES: ("JSONFile", "DaskJSON", "dask.dataframe:DataFrame", {"lines": True}),
    Format.ARROW: ("Feather2", "PandasFeather", "pandas:DataFrame", {}),
    Format.EXCEL: ("Excel", "PandasExcel", "pandas:DataFrame", {}),
    Format.ZARR: ("Zarr", "XArrayDatasetReader", "xarray:Dataset", {}),
    Format.ZARR_ARRAY: ("Zarr", "DaskZarr", "dask.array:Array", {}),
    Format.PARQUET_DATASET: ("Parquet", "PandasParquet", "pandas:DataFrame", {}),
    Format.NETCDF: ("HDF5", "XArrayDatasetReader", "xarray:Dataset", {}),
    Format.TIFF: ("TIFF", "RasterIOXarrayReader", "xarray:Dataset", {}),
    Format.OTHER: ("FileData", "FileByteReader", "builtins:bytes", {}),
}


def enter(text: str | None, source: Source, description: str = "") -> tuple[str, str]:
    """Return the catalog with an entry for `source`, and the name of that entry.

    What else is in the catalog stays, comments included. A source that has an entry keeps its name, and what
    people have added to it.

    Parameters
    ----------
    text : str or None
        The catalog; None where there is none yet.
    description : str
        For people; an empty one leaves what was there.

    Raises
    ------
    Refused
        When `text` is no catalog of Intake 2, or Intake can't read such a folder.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 2**20  # lines stay as long as people wrote them
    catalog = _read(yaml, text)
    source = source.whole
    kind = source.what
    if kind is None:
        raise Refused("This folder is no Zarr store and no Parquet dataset: a catalog has no entry for it.")
    if kind.format not in _READERS:
        raise Refused(
            "The arrays of this Zarr store do not name their dimensions: Intake has no reader for it."
        )
    datatype, reader, instance, options = _READERS[kind.format]
    url = _template(source.address)
    name, data_name = _entry_of(catalog, url) or _free(catalog, source.address)
    data = _section(catalog["data"], data_name)
    data["datatype"] = f"intake.readers.datatypes:{datatype}"
    _section(data, "kwargs").update(url=_text(url), storage_options=_plain(source.storage_options))
    entry = _section(catalog["entries"], name)
    if "reader" not in entry:  # people may have chosen another
        entry["reader"] = f"intake.readers.readers:{reader}"
        entry["output_instance"] = instance
        _section(entry, "kwargs").update(_plain({**options, **_packing(kind)}))
    _section(entry, "kwargs")["args"] = [_text(f"{{data({data_name})}}")]
    for one in (data, entry):
        _section(one, "metadata")
        _section(one, "user_parameters")
    if description:
        entry["metadata"]["description"] = _text(description)
    catalog["aliases"][name] = name
    written = io.StringIO()
    yaml.dump(catalog, written)
    return written.getvalue(), name


def _read(yaml: YAML, text: str | None) -> MutableMapping[str, Any]:
    try:
        catalog = yaml.load(text) if text else None
    except (YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = "" if where is None else f", in line {where.line + 1}"
        raise Refused(f"The catalog is not YAML{line}. It was left as it is.") from None
    if catalog is None:
        # Comments, if there is nothing else in it.
        catalog = yaml.load(f"{text or ''}\nversion: 2\n")
    elif isinstance(catalog, MutableMapping) and "sources" in catalog:
        raise Refused("This catalog was written for Intake 0.7; name another file. It was left as it is.")
    elif not isinstance(catalog, MutableMapping) or catalog.get("version") != 2:  # noqa: PLR2004  # Intake's
        raise Refused("This file is not a catalog of Intake; name another. It was left as it is.")
    for section in _SECTIONS:
        if not isinstance(_section(catalog, section), MutableMapping):
            raise Refused(f"{section!r} of the catalog is not what Intake has there. It was left as it is.")
    return catalog


def _section(parent: MutableMapping[str, Any], name: str) -> Any:
    """Return what is under `name`, which is made where it is missing."""
    if parent.get(name) is None:
        parent[name] = {}
    return parent[name]


def _entry_of(catalog: Mapping[str, Any], url: str) -> tuple[str, str] | None:
    """Return the names of the entry for what is at `url`, and of its data."""
    for data_name, data in catalog["data"].items():
        if not _holds(data, "kwargs") or data["kwargs"].get("url") != url:
            continue
        for name, entry in catalog["entries"].items():
            if _holds(entry, "kwargs") and entry["kwargs"].get("args") == [f"{{data({data_name})}}"]:
                return name, data_name
    return None


def _holds(value: object, name: str) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get(name), Mapping)


def _free(catalog: Mapping[str, Any], address: str) -> tuple[str, str]:
    """Return names for an entry and its data that nothing in the catalog has."""
    taken = {str(name) for name in chain.from_iterable(catalog[section] for section in _SECTIONS)} | _RESERVED
    for name in _candidates(address):
        if not {name, f"{name}_file"} & taken:
            return name, f"{name}_file"
    raise AssertionError("there is always one more number")


def _candidates(address: str) -> Iterator[str]:
    stem = _EXTENSION.sub("", address.rpartition("/")[2].lower())
    name = re.sub(r"[^0-9a-z]+", "_", stem).strip("_") or "file"
    if not name[0].isalpha() or keyword.iskeyword(name) or name in _NOT_TEXT:
        name = f"file_{name}"
    yield name
    for number in count(2):
        yield f"{name}_{number}"


def _packing(kind: Kind) -> dict[str, str]:
    # pandas goes by the name; Dask has to be told.
    return {"compression": "infer"} if kind.format is Format.JSON_LINES and kind.compression else {}


def _template(address: str) -> str:
    """Return `address` for Intake, to which braces are places to be filled in."""
    return address.replace("{", "{{").replace("}", "}}")


def _plain(value: Any) -> Any:
    """Return `value` as YAML has it, in quotes wherever it is text."""
    if isinstance(value, Variable):
        return _text(f"{{env({value.name})}}")
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    quoted: str = DoubleQuotedScalarString(value)
    return quoted
