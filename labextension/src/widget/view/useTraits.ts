import * as React from 'react';
import type { IModel, ITraits } from '../model';

const NAMES = [
  'multiple',
  'accept',
  'description',
  'disabled',
  'place'
] as const;

/** What the kernel wants of the widget; rendered again when it wants something else. */
export function useTraits(
  model: IModel
): Pick<ITraits, (typeof NAMES)[number]> {
  const [, render] = React.useReducer((version: number) => version + 1, 0);
  React.useEffect(() => {
    const listener = () => render();
    NAMES.forEach(name => model.on(`change:${name}`, listener));
    return () => NAMES.forEach(name => model.off(`change:${name}`, listener));
  }, [model]);
  return {
    multiple: model.get('multiple'),
    accept: model.get('accept'),
    description: model.get('description'),
    disabled: model.get('disabled'),
    place: model.get('place')
  };
}
