"""Which URL goes where."""

from __future__ import annotations

from tornado.web import RequestHandler

from .batches.existing import ExistingHandler
from .batches.handler import BatchesHandler
from .batches.removal import RemovalHandler
from .batches.signed import SentFilesHandler, SignedFilesHandler
from .checksum import DigestHandler
from .content_range.handler import ContentRangeHandler
from .destinations import DestinationsHandler
from .downloads.handler import DownloadHandler
from .objects import ObjectsHandler
from .opening import CatalogHandler, CodeHandler
from .operations.handlers import CancelHandler, KindsHandler, OperationHandler, OperationsHandler
from .rufh import CreationHandler as ResumableCreationHandler
from .rufh import ResourceHandler as ResumableUploadHandler
from .signing import PartsHandler, ProbeHandler, SignHandler
from .tables.questions import DiffHandler, HistoryHandler, PreviewHandler
from .tables.recipes import RecipeHandler, RecipesHandler
from .tus.creation import CreationHandler as TusCreationHandler
from .tus.resource import UploadHandler as TusUploadHandler
from .uploads import CompleteHandler, UploadHandler, UploadsHandler

_ID = r"(?P<upload_id>[^/]+)"
_OPERATION = r"(?P<operation_id>[^/]+)"

#: Patterns below the server's `base_url`, and their handlers.
ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/api/upload_handlers(?P<folder>/.*)?", ContentRangeHandler),
    (r"/api/bigupload/uploads", UploadsHandler),
    (rf"/api/bigupload/uploads/{_ID}", UploadHandler),
    (rf"/api/bigupload/uploads/{_ID}/complete", CompleteHandler),
    (rf"/api/bigupload/uploads/{_ID}/sign", SignHandler),
    (rf"/api/bigupload/uploads/{_ID}/parts", PartsHandler),
    (r"/api/bigupload/tus/?", TusCreationHandler),
    (rf"/api/bigupload/tus/{_ID}/?", TusUploadHandler),
    (r"/api/bigupload/resumable", ResumableCreationHandler),
    (rf"/api/bigupload/resumable/{_ID}", ResumableUploadHandler),
    (r"/api/bigupload/batches", BatchesHandler),
    (r"/api/bigupload/batches/signed", SignedFilesHandler),
    (r"/api/bigupload/batches/sent", SentFilesHandler),
    (r"/api/bigupload/existing", ExistingHandler),
    (r"/api/bigupload/removal", RemovalHandler),
    (r"/api/bigupload/digest", DigestHandler),
    (r"/api/bigupload/download", DownloadHandler),
    (r"/api/bigupload/destinations", DestinationsHandler),
    (r"/api/bigupload/destinations/(?P<destination>[^/]+)/probe", ProbeHandler),
    (r"/api/bigupload/objects", ObjectsHandler),
    (r"/api/bigupload/operations", OperationsHandler),
    (r"/api/bigupload/operations/kinds", KindsHandler),
    (rf"/api/bigupload/operations/{_OPERATION}", OperationHandler),
    (rf"/api/bigupload/operations/{_OPERATION}/cancel", CancelHandler),
    (r"/api/bigupload/tables/preview", PreviewHandler),
    (r"/api/bigupload/tables/history", HistoryHandler),
    (r"/api/bigupload/tables/diff", DiffHandler),
    (r"/api/bigupload/tables/recipes", RecipesHandler),
    (r"/api/bigupload/tables/recipes/(?P<recipe_id>[^/]+)", RecipeHandler),
    (r"/api/bigupload/code", CodeHandler),
    (r"/api/bigupload/catalog", CatalogHandler),
]
