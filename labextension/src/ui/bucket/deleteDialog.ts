import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { IDestination, IObject } from '../../destinations';
import type { ObjectListing } from '../../destinations/objectListing';
import type { ILanguage } from '../text/language';
import { messageOf } from '../text/messages';

/** Delete an object, after asking: it can't be had back. */
export async function deleteObject(
  object: IObject,
  options: {
    readonly listing: ObjectListing;
    readonly destination: IDestination;
    readonly language: ILanguage;
  }
): Promise<void> {
  const { listing, destination, language } = options;
  const { trans, format } = language;
  const { button } = await showDialog({
    title: trans.__('Delete “%1”?', object.name),
    body: trans.__(
      '%1 (%2) will be deleted from “%3”, for everybody who uses it. This cannot be undone.',
      object.url,
      format.bytes(object.size),
      destination.title
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Delete') })
    ],
    // Enter must not delete what nobody read.
    defaultButton: 0
  });
  if (!button.accept) {
    return;
  }
  try {
    await listing.delete(object);
  } catch (error) {
    await showErrorMessage(
      trans.__('“%1” was not deleted', object.name),
      messageOf(error)
    );
  }
}
