import * as React from 'react';
import type { BucketHint } from '../../destinations/bucketHint';
import { Icon } from '../controls/icon';
import { bucketIcon } from '../controls/icons';
import type { ILanguage } from '../text/language';
import { TextButton } from '../controls/textButton';
import { useChanges } from '../hooks/useChanges';

interface IHintProps {
  readonly hint: BucketHint;
  readonly language: ILanguage;
}

/** Advises a bucket for large files; the upload goes on while the person thinks about it. */
export function HintNotice(props: IHintProps): React.ReactElement {
  const { hint, language } = props;
  const { trans, format } = language;
  useChanges(hint.changed);
  const [wanted, setWanted] = React.useState<string | null>(null);
  const { advice } = hint;
  const bucket =
    advice?.buckets.find(({ name }) => name === wanted) ?? advice?.buckets[0];
  return (
    // There from the start: what appears together with its text is not read aloud.
    <div role="status">
      {advice && bucket && (
        <div className="jp-BigUpload-banner">
          <Icon icon={bucketIcon} className="jp-BigUpload-buttonIcon" />
          <p>
            {trans._n(
              'This file is large (%2). Buckets are made for that.',
              'These %1 files are large (%2). Buckets are made for that.',
              advice.files,
              format.bytes(advice.size)
            )}
            {bucket.note !== null && ` ${bucket.note}`}
          </p>
          <div className="jp-BigUpload-buttons">
            {advice.buckets.length > 1 && (
              <select
                className="jp-BigUpload-select"
                aria-label={trans.__('Bucket')}
                value={bucket.name}
                onChange={({ target }) => setWanted(target.value)}
              >
                {advice.buckets.map(({ name, title }) => (
                  <option key={name} value={name}>
                    {title}
                  </option>
                ))}
              </select>
            )}
            <TextButton
              label={trans.__('Upload to %1 instead', bucket.title)}
              onClick={() => void hint.moveTo(bucket.name)}
            />
            <TextButton
              label={trans.__('Keep in home folder')}
              onClick={() => hint.decline()}
            />
          </div>
        </div>
      )}
    </div>
  );
}
