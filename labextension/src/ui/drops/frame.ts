import type { IDropTarget } from './target';

/** Between the text and the frame, or the edge of the window, in pixels. */
const GAP = 8;

/** Frames that are lower have their text beside them. */
const ROOMY = 120;

/** Of the text, in pixels. */
const NARROWEST = 180;
const WIDEST = 360;

/** Shows where files would go that are held over something: a frame around it, and a line of text. One for the page. */
export class DropFrame {
  constructor() {
    this.frame.className = 'jp-BigUpload-dropFrame';
    this.label.className = 'jp-BigUpload-dropLabel';
  }

  /** @param bounds - the part of the page that asks for it: the frame ends at its edges. */
  show({ node, text, place }: IDropTarget, bounds: Element): void {
    this.owner = bounds;
    const refused = String(place === null);
    this.frame.dataset['refused'] = refused;
    this.label.dataset['refused'] = refused;
    this.label.textContent = text;
    // Above all, and never under the pointer: see the style sheet.
    document.body.append(this.frame, this.label);
    const box = visible(node, bounds);
    this.frame.style.left = `${box.left}px`;
    this.frame.style.top = `${box.top}px`;
    this.frame.style.width = `${box.right - box.left}px`;
    this.frame.style.height = `${box.bottom - box.top}px`;
    this.placeLabel(box, bounds.getBoundingClientRect());
  }

  /** Who leaves one part of the page for another enters that one first: what it shows stays. */
  hide(bounds: Element): void {
    if (this.owner === bounds) {
      this.frame.remove();
      this.label.remove();
    }
  }

  private placeLabel(box: IBox, bounds: IBox): void {
    const { style } = this.label;
    // Not where it hides what it does not speak of, unless that is too narrow to read.
    const most = Math.max(bounds.right - bounds.left - 2 * GAP, NARROWEST);
    style.maxWidth = `${Math.min(most, WIDEST)}px`;
    const { width, height } = this.label.getBoundingClientRect();
    const isInside = box.bottom - box.top >= ROOMY;
    const below = isInside ? box.bottom - height - 2 * GAP : box.bottom + GAP;
    const isCut = below + height > window.innerHeight - GAP;
    const top = isCut ? box.top - height - GAP : below;
    const left = isInside ? (box.left + box.right - width) / 2 : box.left + GAP;
    const rightmost = window.innerWidth - width - GAP;
    style.left = `${Math.max(GAP, Math.min(left, rightmost))}px`;
    style.top = `${Math.max(GAP, top)}px`;
  }

  private owner: Element | null = null;
  private readonly frame = document.createElement('div');
  private readonly label = document.createElement('div');
}

interface IBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function visible(node: Element, bounds: Element): IBox {
  const inner = node.getBoundingClientRect();
  const outer = bounds.getBoundingClientRect();
  return {
    left: Math.max(inner.left, outer.left),
    top: Math.max(inner.top, outer.top),
    right: Math.min(inner.right, outer.right),
    bottom: Math.min(inner.bottom, outer.bottom)
  };
}
