import * as React from 'react';
import type { IOperation, IOperations } from '../../../engine/operations/model';
import type { IRecipe, IWholeProfile } from '../../../engine/tables/model';
import { useChanges } from '../../hooks/useChanges';
import { messageOf } from '../../text/messages';
import type { IFilePlace } from '../services';

export interface ICheck {
  /** The last that was started in this view. */
  readonly operation: IOperation | null;
  /** What it found, if it was about the table as it is shown now. */
  readonly profile: IWholeProfile | null;
  /** Why it was not started. */
  readonly refusal: string | null;
  readonly start: () => void;
  readonly cancel: () => void;
}

/** The check of all rows of a table. */
export function useCheck(
  operations: IOperations,
  place: IFilePlace | null,
  recipe: IRecipe | null
): ICheck {
  useChanges(operations.changed);
  const [begun, setBegun] = React.useState<{
    readonly operation: IOperation;
    readonly recipe: string;
  } | null>(null);
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const operation =
    begun === null
      ? null
      : (operations.operations.find(({ key }) => key === begun.operation.key) ??
        begun.operation);
  const isCurrent = begun !== null && begun.recipe === JSON.stringify(recipe);
  return {
    operation,
    profile:
      isCurrent && operation?.state === 'done'
        ? profileIn(operation.result)
        : null,
    refusal,
    start: () => {
      if (place === null || recipe === null) {
        return;
      }
      setRefusal(null);
      operations.start('profile_table', place, { recipe }).then(
        started =>
          setBegun({ operation: started, recipe: JSON.stringify(recipe) }),
        (error: unknown) => setRefusal(messageOf(error))
      );
    },
    cancel: () => {
      if (operation !== null) {
        void operations.cancel(operation.key).catch((error: unknown) => {
          setRefusal(messageOf(error));
        });
      }
    }
  };
}

function profileIn(result: IOperation['result']): IWholeProfile | null {
  const profile = result?.['profile'];
  return typeof profile === 'object' && profile !== null
    ? (profile as IWholeProfile)
    : null;
}
