import {
  codeIcon,
  deleteIcon,
  fileIcon,
  folderIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IObject } from '../../destinations';
import { CopyButton } from '../controls/copyButton';
import { baseName, splitName } from '../text/filename';
import { IconButton } from '../controls/iconButton';
import { MoreButton } from '../controls/moreButton';
import type { ILanguage } from '../text/language';

interface ITableProps {
  readonly prefixes: readonly string[];
  readonly objects: readonly IObject[];
  readonly language: ILanguage;
  readonly go: (prefix: string) => void;
  readonly showCode: (object: IObject) => void;
  readonly remove: (object: IObject) => void;
  readonly openMenu: OpenMenuOf;
}

/** @param path - of a folder: without a slash at its end. */
type OpenMenuOf = (
  path: string,
  isFolder: boolean,
  button: HTMLElement,
  isByPointer: boolean
) => void;

export function ObjectTable(props: ITableProps): React.ReactElement | null {
  const { prefixes, objects, language, go, showCode, remove } = props;
  const { openMenu } = props;
  const { trans, format } = language;
  if (prefixes.length === 0 && objects.length === 0) {
    return null;
  }
  return (
    <table className="jp-BigUpload-objects">
      <thead>
        <tr>
          <th scope="col">{trans.__('Name')}</th>
          <th scope="col">{trans.__('Size')}</th>
          <th scope="col">{trans.__('Modified')}</th>
          <th scope="col" aria-label={trans.__('Actions')} />
        </tr>
      </thead>
      <tbody>
        {prefixes.map(prefix => (
          <Folder
            key={prefix}
            prefix={prefix}
            go={go}
            openMenu={openMenu}
            language={language}
          />
        ))}
        {objects.map(object => (
          <tr key={object.path}>
            <th scope="row" aria-label={object.name}>
              <div className="jp-BigUpload-object" title={object.path}>
                <fileIcon.react
                  className="jp-BigUpload-buttonIcon"
                  tag="span"
                  elementSize="normal"
                />
                <ObjectName name={object.name} />
              </div>
            </th>
            <td title={format.exactBytes(object.size)}>
              {format.bytes(object.size)}
            </td>
            <td>{format.moment(new Date(object.modified))}</td>
            <td>
              <div className="jp-BigUpload-buttons">
                <CopyButton
                  text={object.url}
                  label={trans.__('Copy the URL of %1', object.name)}
                  language={language}
                />
                <IconButton
                  icon={codeIcon}
                  label={trans.__('Code that opens %1', object.name)}
                  onClick={() => showCode(object)}
                />
                <IconButton
                  icon={deleteIcon}
                  label={trans.__('Delete %1…', object.name)}
                  onClick={() => remove(object)}
                />
                <MoreButton
                  name={object.name}
                  open={(...where) => openMenu(object.path, false, ...where)}
                  language={language}
                />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Folder(props: {
  /** With a slash at its end. */
  readonly prefix: string;
  readonly go: (prefix: string) => void;
  readonly openMenu: OpenMenuOf;
  readonly language: ILanguage;
}): React.ReactElement {
  const path = props.prefix.replace(/\/$/, '');
  const name = baseName(path);
  return (
    // What is dropped on it goes there (ui/drops/panel.ts).
    <tr data-prefix={path}>
      <th scope="row" colSpan={3}>
        <button
          type="button"
          className="jp-BigUpload-object"
          aria-label={name}
          title={path}
          onClick={() => props.go(path)}
        >
          <folderIcon.react
            className="jp-BigUpload-buttonIcon"
            tag="span"
            elementSize="normal"
          />
          <ObjectName name={name} />
        </button>
      </th>
      <td>
        <div className="jp-BigUpload-buttons">
          <MoreButton
            name={name}
            open={(...where) => props.openMenu(path, true, ...where)}
            language={props.language}
          />
        </div>
      </td>
    </tr>
  );
}

function ObjectName(props: { readonly name: string }): React.ReactElement {
  const [head, tail] = splitName(props.name);
  return (
    <span className="jp-BigUpload-name">
      <span className="jp-BigUpload-nameHead">{head}</span>
      <span className="jp-BigUpload-nameTail">{tail}</span>
    </span>
  );
}
