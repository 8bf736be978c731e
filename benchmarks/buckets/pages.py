"""Pages that upload: ours, and the barest one that can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Request, sync_playwright

from tests.support.object_stores import SeaweedFS

from ..browser import FINISH, Span, chromium_page, chromium_processes, pick
from ..contenders.bigupload import click_and_pick, watch_completion
from ..contenders.lab_page import open_lab
from ..payload import Payload
from ..servers import Server, bucket_server
from .base import Ready
from .store import PARALLEL, PART, Bucket

# What a person chose before: the place is kept in the browser.
CHOOSE = """localStorage.setItem(
  'jupyter-bigupload:destination:' + location.origin + '/',
  JSON.stringify({destination: 'bucket', prefix: ''})
)"""

_HASH_WASM = Path(__file__).parents[2] / "labextension/node_modules/hash-wasm/dist/crc64.umd.min.js"

# After that library: the digest of each blob that comes, read as our page's worker reads it.
_DIGEST = """
let memory = new ArrayBuffer(2 ** 20);
let last = Promise.resolve();
const state = hashwasm.createCRC64('9a6c9329ac4bc9b5');
const digest = async blob => {
  const crc = await state;
  crc.init();
  const reader = blob.stream().getReader({mode: 'byob'});
  for (;;) {
    const {done, value} = await reader.read(new Uint8Array(memory));
    memory = value.buffer;
    if (done) {
      return crc.digest();
    }
    crc.update(value);
  }
};
onmessage = ({data}) => {
  last = last.then(async () => postMessage(await digest(data)));
};
"""

_PUT_SLICES = f"""([urls, partSize, parallel, worker]) => {{
  const threads = (worker === null ? [] : [0, 1]).map(() => {{
    const thread = new Worker(URL.createObjectURL(new Blob([worker])));
    const waiting = [];
    thread.onmessage = () => waiting.shift()();
    return blob => new Promise(resolve => {{
      waiting.push(resolve);
      thread.postMessage(blob);
    }});
  }});

  const field = document.createElement('input');
  field.type = 'file';
  field.id = 'benchmark-field';
  document.body.append(field);

  const send = (file, number) => new Promise((resolve, reject) => {{
    const request = new XMLHttpRequest();
    request.open('PUT', urls[number]);
    request.onload = () => request.status === 200
      ? resolve() : reject(new Error(`status ${{request.status}}`));
    request.onerror = () => reject(new Error('network'));
    request.send(file.slice(number * partSize, (number + 1) * partSize));
  }});

  field.onchange = async () => {{
    const [file] = field.files;
    let next = 0;
    const lane = async () => {{
      while (next < urls.length) {{
        const number = next;
        next += 1;
        if (threads.length > 0) {{
          const slice = file.slice(number * partSize, (number + 1) * partSize);
          await threads[number % threads.length](slice);
        }}
        const turn = turns[number % parallel].then(() => send(file, number));
        turns[number % parallel] = turn;
        await turn;
      }}
    }};
    // One lane more than parts are in flight: it digests the next one.
    const turns = Array.from({{length: parallel}}, () => Promise.resolve());
    const lanes = parallel + (threads.length > 0 ? 1 : 0);
    try {{
      await Promise.all(Array.from({{length: lanes}}, lane));
      {FINISH}
    }} catch (error) {{
      window.benchmark.error = String(error);
    }}
  }};
}}"""


class BigUploadPage:
    """Ours, as a person uses it, with the bucket chosen; `direct` when parts go past the server."""

    def __init__(self, key: str, title: str, *, direct: bool) -> None:
        self.key = key
        self.title = title
        self._direct = direct

    @contextmanager
    def prepare(self, bucket: Bucket, payload: Payload, scratch: Path) -> Iterator[Ready]:
        """Start JupyterLab and Chromium."""
        with _lab(bucket, scratch, direct=self._direct) as (server, page):
            watch_completion(page)
            straight = _parts_sent(page, bucket)

            def upload(timeout: float) -> Span:
                span = click_and_pick(page, payload, timeout=timeout)
                if (len(straight) >= -(-payload.size // PART)) != self._direct:
                    raise RuntimeError(f"{len(straight)} parts went straight to the bucket")
                return span

            yield Ready(upload=upload, client=chromium_processes, server=server)


class BarePage:
    """The same browser and page send the same slices, as many at once, to signed URLs.

    With `digests` it computes each part's first, and does nothing with it: what is left to a page that
    verifies.
    """

    def __init__(self, key: str, title: str, *, digests: bool) -> None:
        self.key = key
        self.title = title
        self._digests = digests

    @contextmanager
    def prepare(self, bucket: Bucket, payload: Payload, scratch: Path) -> Iterator[Ready]:
        """Sign everything, then start JupyterLab and Chromium."""
        client = bucket.store.client
        key = payload.name
        upload_id = client.create_multipart_upload(Bucket=bucket.name, Key=key)["UploadId"]
        urls = [
            client.generate_presigned_url(
                "upload_part",
                Params={"Bucket": bucket.name, "Key": key, "UploadId": upload_id, "PartNumber": number + 1},
                ExpiresIn=3600,
            )
            for number in range(-(-payload.size // PART))
        ]
        with _lab(bucket, scratch, direct=True) as (server, page):
            worker = f"{_HASH_WASM.read_text('utf-8')}\n{_DIGEST}" if self._digests else None
            page.evaluate(_PUT_SLICES, [urls, PART, PARALLEL, worker])

            def upload(timeout: float) -> Span:
                field = page.locator("#benchmark-field").element_handle()
                span = pick(page, field, payload.path).wait_until_finished(timeout=timeout)
                # Not on the clock: only then can be seen whether it is what was sent.
                parts = client.list_parts(Bucket=bucket.name, Key=key, UploadId=upload_id)["Parts"]
                client.complete_multipart_upload(
                    Bucket=bucket.name,
                    Key=key,
                    UploadId=upload_id,
                    MultipartUpload={
                        "Parts": [{"ETag": one["ETag"], "PartNumber": one["PartNumber"]} for one in parts]
                    },
                )
                return span

            yield Ready(upload=upload, client=chromium_processes, server=server)


@contextmanager
def _lab(bucket: Bucket, scratch: Path, *, direct: bool) -> Iterator[tuple[Server, Page]]:
    with (
        bucket_server(scratch, bucket, direct=direct) as server,
        sync_playwright() as playwright,
        chromium_page(playwright) as page,
    ):
        if direct:
            assert isinstance(bucket.store, SeaweedFS)
            bucket.store.set_cors(bucket.name, [server.url.rstrip("/")])
        page.add_init_script(CHOOSE)
        # Playwright answers the picker that every browser has, and not the one that Chromium has besides.
        page.add_init_script("Object.defineProperty(window, 'showOpenFilePicker', {value: undefined})")
        open_lab(page, server)
        yield server, page


def _parts_sent(page: Page, bucket: Bucket) -> list[str]:
    """Return a list that gets the URL of each part that the page sends straight to the bucket."""
    parts: list[str] = []
    start = f"{bucket.store.endpoint}/{bucket.name}/"

    def note(request: Request) -> None:
        if request.method == "PUT" and request.url.startswith(start):
            parts.append(request.url)

    page.on("request", note)
    return parts
