/** Where files and folders can be dropped, and who takes them. */

import type { IChoice } from '../../destinations';
import type { Share } from '../../share';
import type { ILanguage } from '../text/language';
import { DropFrame } from './frame';
import type { IListing } from './listing';
import { clearNativeDrop, isOnRow, targetInListing } from './listing';
import type { IPanelDropOptions } from './panel';
import { targetInPanel } from './panel';
import { acceptDrops } from './zone';

export interface IDropOptions {
  /** What is taken of what is dropped on lists. */
  readonly share: Share;
  readonly language: ILanguage;
  /** Whether there is a folder, or a file of so many bytes, in what was dropped. */
  readonly isLarge: (dropped: DataTransfer, bytes: number) => boolean;
  /** Upload what was dropped; called in the event itself. */
  readonly take: (dropped: DataTransfer, place: IChoice) => void;
}

export class Drops {
  constructor(private readonly options: IDropOptions) {}

  /** Each time for the same list after the first, it does nothing. */
  onListing(listing: IListing): void {
    if (this.listings.has(listing)) {
      return;
    }
    this.listings.add(listing);
    const { share, language, isLarge, take } = this.options;
    acceptDrops(listing.node, {
      frame: this.frame,
      targetAt: event =>
        share.takes === 'nothing'
          ? null
          : targetInListing(event, listing, language),
      wants: (dropped, target) =>
        share.takes === 'everything' ||
        isOnRow(target) ||
        isLarge(dropped, share.largeFrom),
      take,
      tidy: () => clearNativeDrop(listing)
    });
  }

  /** Nobody else takes what is dropped there, so all of it is taken. */
  onPanel(options: () => IPanelDropOptions): void {
    acceptDrops(options().node, {
      frame: this.frame,
      targetAt: event => targetInPanel(event, options()),
      wants: () => true,
      take: this.options.take
    });
  }

  private readonly frame = new DropFrame();
  private readonly listings = new WeakSet<IListing>();
}
