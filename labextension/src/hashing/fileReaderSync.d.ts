/** What only workers have, and the page's types do not know (https://www.w3.org/TR/FileAPI/#FileReaderSync). */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}
