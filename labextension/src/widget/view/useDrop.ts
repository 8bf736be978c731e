import * as React from 'react';

/** Makes an element a place to drop files on. */
export function useDrop(
  isOpen: boolean,
  take: (dropped: DataTransfer) => void
): {
  readonly isOver: boolean;
  readonly handlers: Pick<
    React.HTMLAttributes<HTMLElement>,
    'onDragOver' | 'onDragLeave' | 'onDrop'
  >;
} {
  const [isOver, setOver] = React.useState(false);
  const isOurs = ({ dataTransfer }: React.DragEvent) =>
    dataTransfer.types.includes('Files');
  const stop = (event: React.DragEvent) => {
    // Else the page around it takes the files, or the browser opens them in its place.
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    isOver: isOver && isOpen,
    handlers: {
      onDragOver: event => {
        if (isOurs(event)) {
          stop(event);
          event.dataTransfer.dropEffect = isOpen ? 'copy' : 'none';
          setOver(true);
        }
      },
      onDragLeave: ({ relatedTarget, currentTarget }) => {
        // Going from one thing in it to another is no leaving.
        if (
          !(relatedTarget instanceof Node) ||
          !currentTarget.contains(relatedTarget)
        ) {
          setOver(false);
        }
      },
      onDrop: event => {
        setOver(false);
        if (isOurs(event)) {
          stop(event);
          if (isOpen) {
            take(event.dataTransfer);
          }
        }
      }
    }
  };
}
