/** Resolve after `milliseconds`, or as soon as `until` fires. */
export function sleep(
  milliseconds: number,
  until?: AbortSignal
): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      until?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    if (until?.aborted) {
      end();
    }
    until?.addEventListener('abort', end);
  });
}
