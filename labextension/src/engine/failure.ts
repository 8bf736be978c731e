import { TransportError } from './ports';

/** Trying again does not help by itself. `reason` is a stable code, as in the server's errors. */
export class Failure extends Error {
  constructor(
    readonly reason: string,
    message: string
  ) {
    super(message);
    this.name = 'Failure';
  }
}

/** Whether the server said that the target's name is taken. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof TransportError && error.reason === 'exists';
}

/** Whether the server said that it has no such upload; a proxy's 404 says nothing of the kind. */
export function isVanished(error: unknown): boolean {
  return error instanceof TransportError && error.reason === 'not_found';
}

/** What to show of an error. */
export function describe(error: unknown): { reason: string; message: string } {
  if (error instanceof TransportError || error instanceof Failure) {
    return { reason: error.reason, message: error.message };
  }
  return { reason: 'internal', message: String(error) };
}
