import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Share } from './share';

/**
 * What the person wants BigUpload to take; everything until that is known.
 *
 * @param id - of the plugin that has the settings.
 */
export function followSettings(
  registry: ISettingRegistry | null,
  id: string
): Share {
  const share = new Share();
  registry
    ?.load(id)
    .then(settings => {
      share.set(settings);
      settings.changed.connect(() => share.set(settings));
    })
    .catch((reason: unknown) => {
      console.warn('The settings of BigUpload could not be read.', reason);
    });
  return share;
}
