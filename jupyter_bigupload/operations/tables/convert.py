"""A table in another format, in the home folder or in a bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...destinations import HOME
from ...errors import Malformed
from ...stores.base import OnConflict
from ..file_upload import Told
from ..job import Job
from ..model import NewOperation
from .saving import save_made
from .work import limits_of, recipe_of, source_of

if TYPE_CHECKING:
    from ...tables.converting import Converted, Options

#: What the file of rows that are not kept is called, behind the name of the table's.
REJECTS = ".rejects.csv"
#: What it is called in a folder of files, of which readers leave out what begins so; where those are first.
_REJECTS_WITHIN, _WITHIN = "_rejects.csv", "_made"


def target_of(new: NewOperation) -> tuple[str, str]:
    """Return destination and path of what is made.

    Raises
    ------
    Malformed
        For what the schema refuses.
    """
    to, folder, name = (new.parameters.get(one, "") for one in ("to", "folder", "name"))
    if not (isinstance(to, str) and isinstance(folder, str) and isinstance(name, str) and name):
        raise Malformed("There is no such target.")
    folder = folder.strip("/")
    return to or HOME, f"{folder}/{name}" if folder else name


def run(job: Job) -> Mapping[str, Any]:
    """Convert it."""
    from ...tables.converting import Options, Target  # noqa: PLC0415  # an extra

    destination, path = target_of(job.operation.new)
    options = Options(
        Target(job.parameters["format"]),
        tuple(job.parameters["partition_by"]),
        table=path.rpartition("/")[2].partition(".")[0] or "table",
    )
    on_conflict = OnConflict(job.parameters["on_conflict"])
    make = _to_home if destination == HOME else _to_bucket
    return make(job, destination, path, options, on_conflict)


def _to_home(
    job: Job, _destination: str, path: str, options: Options, on_conflict: OnConflict
) -> Mapping[str, Any]:
    name = path.rpartition("/")[2]
    if options.partition_by:
        with job.folder(path, on_conflict) as new:
            within = new.path / _WITHIN
            done = _convert(job, within, options, new.path / _REJECTS_WITHIN)
            for one in within.iterdir():
                one.rename(new.path / one.name)
            within.rmdir()
            new.facts = _facts(done)
        if done.aside is None:
            return new.response
        rejects = {"destination": HOME, "path": f"{new.response['made']['path']}/{_REJECTS_WITHIN}"}
        return {**new.response, "aside": rejects}
    with job.file(path, on_conflict) as new:
        done = _convert(job, new.path / name, options, new.path / f"{name}{REJECTS}")
        if done.aside is not None:
            new.beside[done.aside.name] = ""
        new.facts = _facts(done)
    return new.response


def _to_bucket(
    job: Job, destination: str, path: str, options: Options, on_conflict: OnConflict
) -> Mapping[str, Any]:
    made = job.scratch / "made"
    done = _convert(job, made, options, job.scratch / "rejects")
    facts, told = _facts(done), _steps(job)

    def save(file: Path, to: str, on_conflict: OnConflict) -> dict[str, Any]:
        saved = save_made(job, file, destination, to, on_conflict, told=told)
        return {"destination": saved.destination, "path": saved.path, "size": saved.size}

    if done.aside is not None:
        saved = save(done.aside, f"{path}{REJECTS}", OnConflict.RENAME)
        facts["aside"] = {"destination": destination, "path": saved["path"]}
    if not options.partition_by:
        return {"made": save(made, path, on_conflict), **facts}
    for file in sorted(one for one in made.rglob("*") if one.is_file()):
        save(file, f"{path}/{file.relative_to(made).as_posix()}", on_conflict)
    return {"made": {"destination": destination, "path": path, "size": None}, **facts}


def _convert(job: Job, target: Path, options: Options, aside: Path) -> Converted:
    from ...tables.converting import convert  # noqa: PLC0415  # an extra

    keeps = job.parameters["rejects"] == "aside"
    return convert(
        source_of(job),
        recipe_of(job),
        target,
        replace(options, aside=aside if keeps else None),
        limits=limits_of(job),
        progress=job.progress,
    )


def _facts(done: Converted) -> dict[str, Any]:
    return {
        "rows": done.rows,
        "rejected": done.rejected,
        "nulled": dict(done.nulled),
        "aside": None,
        "checked": asdict(done.checked),
        "digest": done.digest,
    }


def _steps(job: Job) -> Told:
    """Return what is told of bytes that are saved: steps of an operation which has read all of its file."""
    count, read = 0, source_of(job).size

    def told(_more: int) -> None:
        nonlocal count
        count += 1
        job.progress(read, read, steps=count)

    return told
