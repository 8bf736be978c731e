"""The interop versions of the draft, and all that differs between them. The next one is one more row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Version:
    """What clients of one interop version send and expect. The defaults are those of the newest one.

    Parameters
    ----------
    number : int
        What the client's `Upload-Draft-Interop-Version` is; a 104 response has the same.
    complete : str
        The header that says whether the request's content ends the file.
    complete_is : bool
        The value with which that header says so.
    omitted_ends : bool
        Whether an append without that header ends the file.
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
    appended : int
        The status of an append that does not end the file.
    tells_offset : bool
        Whether errors too say how far an upload is that can be gone on with.
    bare_looks : bool
        Whether a `HEAD` or `DELETE` must have none of the headers of an append.
    drops_excess : bool
        Whether an upload is given up whose content goes on after its end. Before, the content was refused.
    replays : bool
        Whether an empty append that ends an upload which has ended is answered as the first one was. Before,
        it had to be refused.
    """

    number: int
    complete: str = "Upload-Complete"
    complete_is: bool = True
    omitted_ends: bool = False
    media_type: bool = True
    progress: bool = True
    limits: bool = True
    age: str = "max-age"
    problems: bool = True
    appended: int = 204
    tells_offset: bool = False
    bare_looks: bool = False
    drops_excess: bool = True
    replays: bool = True


# Each row says what is otherwise than in the one above. Drafts that agree on the wire have the same version.
_9 = Version(9)  # since draft -12
_8 = replace(_9, number=8, replays=False)  # -09 to -11
_7 = replace(_8, number=7)  # -06 to -08
_6 = replace(  # -04, -05; tus-js-client's `ietf-draft-05`, URLSession of iOS 18.1
    _7, number=6, age="expires", appended=201, tells_offset=True, bare_looks=True, drops_excess=False
)
_5 = replace(  # -03; tus-js-client's `ietf-draft-03`, URLSession of iOS 18
    _6, number=5, media_type=False, limits=False, problems=False
)
_4 = replace(_5, number=4, progress=False)  # -02
_3 = replace(  # -01; URLSession of iOS 17
    _4, number=3, complete="Upload-Incomplete", complete_is=False, omitted_ends=True
)

VERSIONS: Mapping[int, Version] = {version.number: version for version in (_3, _4, _5, _6, _7, _8, _9)}
#: What a request is taken for that names no version, as those of the RFC will, or one that is not known here.
NEWEST = VERSIONS[max(VERSIONS)]
