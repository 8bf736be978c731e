import * as React from 'react';

export interface ITab {
  readonly id: string;
  readonly title: string;
}

/** One of several views at a time, as the pattern "tabs" of ARIA has it. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly ITab[];
  readonly chosen: string;
  readonly choose: (id: string) => void;
  readonly panelClass: string;
  readonly children: React.ReactNode;
}): React.ReactElement {
  const { tabs, chosen, choose } = props;
  const id = React.useId();
  const list = React.useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = tabs.findIndex(tab => tab.id === chosen);
    const to = target(event.key, at, tabs.length);
    const tab = to === null ? undefined : tabs[to];
    if (to === null || tab === undefined) {
      return;
    }
    event.preventDefault();
    choose(tab.id);
    const button = list.current?.children[to];
    if (button instanceof HTMLElement) {
      button.focus();
    }
  };
  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label={props.label}
        className="jp-BigUpload-tabs"
        onKeyDown={onKeyDown}
      >
        {tabs.map(tab => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            className="jp-BigUpload-tab"
            aria-selected={tab.id === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === chosen ? 0 : -1}
            onClick={() => choose(tab.id)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${chosen}`}
        className={props.panelClass}
      >
        {props.children}
      </div>
    </>
  );
}

/** @returns the tab that a key leads to; null when it leads to none. */
function target(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
