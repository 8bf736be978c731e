"""The interop versions of the draft, and all that differs between them. The next one is one more row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Version:
    """What clients of one interop version send and expect. A row says what is not as in the newest one.

    Parameters
    ----------
    number : int
        What the client's `Upload-Draft-Interop-Version` is; a 104 response has the same.
    complete : str
        The header that says whether the request's content ends the file.
    complete_is : bool
        The value with which that header says so.
    media_type : bool
        Whether an append must be of the media type `application/partial-upload`.
    progress : bool
        Whether 104 responses tell how far an upload is, while its bytes come.
    limits : bool
        Whether `Upload-Limit` is known.
    age : str
        The limit that says how long an upload stays.
    problems : bool
        Whether errors of the protocol are problem details (RFC 9457).
    replays : bool
        Whether an empty append that ends an upload which has ended is answered as the first one was. Before
        version 9 it had to be refused.
    """

    number: int
    complete: str = "Upload-Complete"
    complete_is: bool = True
    media_type: bool = True
    progress: bool = True
    limits: bool = True
    age: str = "max-age"
    problems: bool = True
    replays: bool = True


#: Each version by its number. Two drafts that agree on the wire have the same one.
VERSIONS: Mapping[int, Version] = {
    version.number: version
    for version in (
        # draft -01; URLSession of iOS 17
        Version(
            3,
            complete="Upload-Incomplete",
            complete_is=False,
            media_type=False,
            progress=False,
            limits=False,
            problems=False,
            replays=False,
        ),
        # -02
        Version(4, media_type=False, progress=False, limits=False, problems=False, replays=False),
        # -03; tus-js-client's `ietf-draft-03`, URLSession of iOS 18
        Version(5, media_type=False, limits=False, problems=False, replays=False),
        # -04, -05; tus-js-client's `ietf-draft-05`, URLSession of iOS 18.1
        Version(6, age="expires", replays=False),
        # -06 to -08
        Version(7, replays=False),
        # -09 to -11
        Version(8, replays=False),
        # since -12
        Version(9),
    )
}
#: What a request is taken for that names no version, as those of the RFC will, or one that is not known here.
NEWEST = VERSIONS[max(VERSIONS)]
