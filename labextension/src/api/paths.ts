const API = 'api/bigupload';

export const UPLOADS = `${API}/uploads`;
export const BATCHES = `${API}/batches`;
export const SIGNED = `${BATCHES}/signed`;
export const SENT = `${BATCHES}/sent`;
export const EXISTING = `${API}/existing`;
export const REMOVAL = `${API}/removal`;
export const DIGEST = `${API}/digest`;
export const DESTINATIONS = `${API}/destinations`;
export const OBJECTS = `${API}/objects`;
export const CODE = `${API}/code`;
export const CATALOG = `${API}/catalog`;
export const OPERATIONS = `${API}/operations`;
export const DOWNLOAD = `${API}/download`;
export const TABLES = `${API}/tables`;

export function uploadPath(id: string): string {
  return `${UPLOADS}/${encodeURIComponent(id)}`;
}

/** A path with the destination that it is about. */
export function toDestination(path: string, destination: string): string {
  return `${path}?${new URLSearchParams({ destination })}`;
}

export function operationPath(id: string): string {
  return `${OPERATIONS}/${encodeURIComponent(id)}`;
}

export function probePath(destination: string): string {
  return `${DESTINATIONS}/${encodeURIComponent(destination)}/probe`;
}
