/** The choice of the destination: a list that opens from a button, as the pattern "select-only combobox" of ARIA has it. */

import { caretDownIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IDestination } from '../../destinations';
import { DestinationOption } from './option';
import { Icon } from '../controls/icon';
import { iconOf } from '../controls/icons';
import type { ILanguage } from '../text/language';
import { usePopup } from '../hooks/usePopup';

interface IPickerProps {
  readonly list: readonly IDestination[];
  readonly chosen: IDestination;
  /** Names of those that are being tried now. */
  readonly checking: ReadonlySet<string>;
  readonly language: ILanguage;
  /** Id of the element that says what is chosen here. */
  readonly labelId: string;
  /** Called each time that the list opens. */
  readonly onOpen: () => void;
  readonly choose: (name: string) => void;
}

export function DestinationPicker(props: IPickerProps): React.ReactElement {
  const { list, chosen, checking, language, labelId, onOpen, choose } = props;
  const [active, setActive] = React.useState<string | null>(null);
  const open = active !== null;
  const anchor = React.useRef<HTMLButtonElement>(null);
  const popup = usePopup<HTMLUListElement>(anchor, open);
  const listId = React.useId();
  const optionId = (name: string) => `${listId}-${name}`;

  const canChoose = (destination: IDestination) =>
    destination.state !== 'failed' || checking.has(destination.name);
  const show = () => {
    setActive(chosen.name);
    onOpen();
  };
  const hide = () => setActive(null);
  const take = (name: string) => {
    const destination = list.find(one => one.name === name);
    if (destination !== undefined && canChoose(destination)) {
      choose(name);
      hide();
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const { key } = event;
    if (active === null) {
      if (['ArrowDown', 'ArrowUp', 'Enter', ' '].includes(key)) {
        event.preventDefault();
        show();
      }
      return;
    }
    if (key === 'Tab') {
      hide();
      return;
    }
    const moved = move(list, active, key);
    if (moved !== null) {
      setActive(moved);
    } else if (key === 'Enter' || key === ' ') {
      take(active);
    } else if (key === 'Escape') {
      hide();
    } else {
      return;
    }
    event.preventDefault();
    // Nothing else of the page is meant by these keys while the list is open.
    event.stopPropagation();
  };

  return (
    <>
      <button
        ref={anchor}
        type="button"
        role="combobox"
        className="jp-BigUpload-picker"
        aria-labelledby={labelId}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        aria-activedescendant={open ? optionId(active) : undefined}
        title={chosen.url ?? undefined}
        onClick={open ? hide : show}
        onBlur={hide}
        onKeyDown={onKeyDown}
      >
        <Icon icon={iconOf(chosen)} className="jp-BigUpload-buttonIcon" />
        <span className="jp-BigUpload-pickerTitle">{chosen.title}</span>
        <Icon icon={caretDownIcon} className="jp-BigUpload-buttonIcon" />
      </button>
      {open && (
        <ul
          {...popup}
          id={listId}
          role="listbox"
          className="jp-BigUpload-popup"
          aria-labelledby={labelId}
          // The focus stays with the button.
          onMouseDown={event => event.preventDefault()}
        >
          {list.map(destination => (
            <DestinationOption
              key={destination.name}
              id={optionId(destination.name)}
              destination={destination}
              selected={destination.name === chosen.name}
              active={destination.name === active}
              checking={checking.has(destination.name)}
              disabled={!canChoose(destination)}
              language={language}
              onPoint={() => setActive(destination.name)}
              onChoose={() => take(destination.name)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

/** @returns the option that a key leads to; null when it leads to none. */
function move(
  list: readonly IDestination[],
  active: string,
  key: string
): string | null {
  const names = list.map(({ name }) => name);
  const at = names.indexOf(active);
  switch (key) {
    case 'ArrowDown':
      return names[at + 1] ?? active;
    case 'ArrowUp':
      return names[at - 1] ?? active;
    case 'Home':
      return names[0] ?? active;
    case 'End':
      return names.at(-1) ?? active;
    default:
      return /^\S$/u.test(key) ? nextWith(list, at, key) : null;
  }
}

/** The next option whose title begins with a letter, as native lists find it. */
function nextWith(
  list: readonly IDestination[],
  at: number,
  letter: string
): string | null {
  const after = [...list.slice(at + 1), ...list.slice(0, at + 1)];
  const found = after.find(({ title }) =>
    title.toLocaleLowerCase().startsWith(letter.toLocaleLowerCase())
  );
  return found?.name ?? null;
}
