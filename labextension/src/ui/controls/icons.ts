import { folderIcon, LabIcon } from '@jupyterlab/ui-components';
import bigUploadSvg from '../../../style/icons/bigupload.svg';
import bucketSvg from '../../../style/icons/bucket.svg';
import type { IDestination } from '../../destinations';
import { isBucket } from '../destinations/places';

/** The button, the panel and the status item. */
export const bigUploadIcon = new LabIcon({
  name: 'jupyter-bigupload:bigupload',
  svgstr: bigUploadSvg
});

/** A destination in an object store. */
export const bucketIcon = new LabIcon({
  name: 'jupyter-bigupload:bucket',
  svgstr: bucketSvg
});

export function iconOf(destination: IDestination): LabIcon {
  return isBucket(destination) ? bucketIcon : folderIcon;
}
