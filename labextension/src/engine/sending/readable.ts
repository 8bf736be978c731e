import { isReadable, sourceUnreadable } from '../errors';
import { isUnanswered } from '../retrying/policy';

/**
 * Throw that the picked file can't be read, where that is why a request failed: a browser ends one whose body it can't
 * read as a broken network does.
 */
export async function requireReadable(
  body: Blob,
  error: unknown
): Promise<void> {
  if (isUnanswered(error) && !(await isReadable(body))) {
    throw sourceUnreadable(error);
  }
}
