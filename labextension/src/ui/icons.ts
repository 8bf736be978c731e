import { LabIcon } from '@jupyterlab/ui-components';

import bigUploadSvg from '../../style/icons/bigupload.svg';

/** The button, the panel and the status item. */
export const bigUploadIcon = new LabIcon({
  name: 'jupyter-bigupload:bigupload',
  svgstr: bigUploadSvg
});
