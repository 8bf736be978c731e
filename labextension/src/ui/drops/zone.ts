/** A part of the page that takes files which are dropped on it. */

import type { IChoice } from '../../destinations';
import type { DropFrame } from './frame';
import type { IDropTarget } from './target';
import { hasFiles } from './target';

export interface IZoneOptions {
  readonly frame: DropFrame;
  /** Where files would go that are dropped there; null where somebody else is to be asked. */
  readonly targetAt: (event: DragEvent) => IDropTarget | null;
  /** Whether to take these; called when they are dropped, as nothing is known of them before. */
  readonly wants: (dropped: DataTransfer, target: IDropTarget) => boolean;
  /** Take what is dropped; called in the event itself. */
  readonly take: (dropped: DataTransfer, place: IChoice) => void;
  /** Called when files are held over the zone or dropped, before others know: what they show is no longer true. */
  readonly tidy?: () => void;
}

/** Heed drags of files over `node` for as long as it lives, before anything that is in it does. */
export function acceptDrops(node: HTMLElement, options: IZoneOptions): void {
  const { frame, targetAt, wants, take, tidy } = options;

  const isOurs = (event: DragEvent): IDropTarget | null => {
    const target = hasFiles(event) ? targetAt(event) : null;
    if (target === null) {
      frame.hide(node);
    }
    return target;
  };
  const stop = (event: DragEvent) => {
    // Without this a browser opens the file in place of the page.
    event.preventDefault();
    event.stopImmediatePropagation();
    tidy?.();
  };

  const onOver = (event: DragEvent) => {
    const target = isOurs(event);
    if (target === null) {
      return;
    }
    stop(event);
    if (event.dataTransfer !== null) {
      event.dataTransfer.dropEffect = target.place === null ? 'none' : 'copy';
    }
    frame.show(target, node);
  };
  const onLeave = (event: DragEvent) => {
    const { relatedTarget } = event;
    // Going from one thing in it to another is no leaving. Where a browser does not say, the next move shows it again.
    if (!(relatedTarget instanceof Node) || !node.contains(relatedTarget)) {
      frame.hide(node);
    }
  };
  const onDrop = (event: DragEvent) => {
    const target = isOurs(event);
    frame.hide(node);
    const { dataTransfer } = event;
    if (target === null || dataTransfer === null) {
      return;
    }
    if (target.place === null) {
      stop(event);
    } else if (wants(dataTransfer, target)) {
      stop(event);
      take(dataTransfer, target.place);
    }
  };

  const first = { capture: true };
  node.addEventListener('dragenter', onOver, first);
  node.addEventListener('dragover', onOver, first);
  node.addEventListener('dragleave', onLeave, first);
  node.addEventListener('drop', onDrop, first);
}
