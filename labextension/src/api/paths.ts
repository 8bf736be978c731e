const API = 'api/bigupload';

export const UPLOADS = `${API}/uploads`;
export const BATCHES = `${API}/batches`;
export const EXISTING = `${API}/existing`;
export const REMOVAL = `${API}/removal`;
export const DIGEST = `${API}/digest`;
export const DESTINATIONS = `${API}/destinations`;
export const OBJECTS = `${API}/objects`;
export const CODE = `${API}/code`;
export const CATALOG = `${API}/catalog`;
export const OPERATIONS = `${API}/operations`;

export function uploadPath(id: string): string {
  return `${UPLOADS}/${encodeURIComponent(id)}`;
}

export function operationPath(id: string): string {
  return `${OPERATIONS}/${encodeURIComponent(id)}`;
}

export function probePath(destination: string): string {
  return `${DESTINATIONS}/${encodeURIComponent(destination)}/probe`;
}
