import { isOver } from '../../engine/model';
import type { IOperation, IOperations } from '../../engine/operations/model';
import { HOME } from '../../engine/ports';

/**
 * Have something done with a file of the home folder, and wait for its end.
 *
 * Rejects with what the server says where it is not started, or not done.
 */
export async function runToEnd(
  operations: IOperations,
  kind: string,
  path: string,
  parameters: IOperation['parameters']
): Promise<IOperation> {
  const started = await operations.start(
    kind,
    { destination: HOME, path },
    parameters
  );
  const ended = isOver(started.state)
    ? started
    : await endOf(operations, started.key);
  if (ended.state !== 'done') {
    throw new Error(ended.error?.message ?? ended.state);
  }
  return ended;
}

function endOf(operations: IOperations, key: string): Promise<IOperation> {
  return new Promise(resolve => {
    const look = () => {
      const operation = operations.operations.find(one => one.key === key);
      if (operation !== undefined && isOver(operation.state)) {
        ends.forEach(end => end());
        resolve(operation);
      }
    };
    const ends = [
      operations.ended.subscribe(operation => {
        if (operation.key === key) {
          ends.forEach(end => end());
          resolve(operation);
        }
      }),
      operations.changed.subscribe(look)
    ];
    look();
  });
}
