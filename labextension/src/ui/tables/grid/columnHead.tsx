import * as React from 'react';
import type { IProfile, ITableColumn } from '../../../engine/tables/model';
import type { ILanguage } from '../../text/language';
import { distinctInWords, nullsInWords } from '../../text/tableText';

/** Pixels of a head with and without figures. */
export const HEAD_HEIGHT = 104;
export const SHORT_HEAD_HEIGHT = 50;

interface IHeadProps {
  readonly column: ITableColumn;
  readonly profile: IProfile | null;
  readonly isExact: boolean;
  readonly language: ILanguage;
}

/** What a column is called, its type, and what its values look like. */
export function ColumnHead(props: IHeadProps): React.ReactElement {
  const { column, profile, language } = props;
  const { trans, format } = language;
  const { name, source } = column;
  return (
    <>
      <div
        className="jp-BigUpload-headName"
        title={
          name === source
            ? name
            : trans.__('%1 (“%2” in the file)', name, source)
        }
      >
        {name}
      </div>
      <div className="jp-BigUpload-headType">
        <code>{shortType(column)}</code>
        {profile !== null && profile.rejects > 0 && (
          <span
            className="jp-BigUpload-headRejects"
            title={rejectsInWords(props)}
          >
            {`⚠ ${format.count(profile.rejects)}`}
          </span>
        )}
      </div>
      {profile !== null && (
        <>
          <Chart profile={profile} language={language} />
          <div className="jp-BigUpload-headFigures" title={figuresOf(props)}>
            <span>{distinctInWords(profile, language)}</span>
            <span>{nullsInWords(profile, language)}</span>
          </div>
        </>
      )}
    </>
  );
}

/** The same for a person who does not see it. */
export function headInWords(props: IHeadProps): string {
  return [
    props.column.name,
    shortType(props.column),
    rejectsInWords(props),
    figuresOf(props)
  ]
    .filter(Boolean)
    .join(', ');
}

function shortType({ type, native }: ITableColumn): string {
  return type === 'as_is' ? native.toLowerCase() : type;
}

function rejectsInWords({ profile, language }: IHeadProps): string {
  const { trans, format } = language;
  return profile === null || profile.rejects === 0
    ? ''
    : trans._n(
        '%2 value does not fit',
        '%2 values do not fit',
        profile.rejects,
        format.count(profile.rejects)
      );
}

function figuresOf({ profile, isExact, language }: IHeadProps): string {
  if (profile === null) {
    return '';
  }
  const { trans, format } = language;
  return [
    profile.min !== null && profile.max !== null
      ? trans.__('%1 to %2', profile.min, profile.max)
      : null,
    distinctInWords(profile, language),
    nullsInWords(profile, language),
    isExact
      ? null
      : trans.__('of the first %1 rows', format.count(profile.rows))
  ]
    .filter(Boolean)
    .join(', ');
}

/** Values that are named in a head, and the share of one that says anything of the column. */
const NAMED = 2;
const TELLING = 0.02;

function Chart({
  profile,
  language
}: {
  readonly profile: IProfile;
  readonly language: ILanguage;
}): React.ReactElement {
  const { format } = language;
  const bars = profile.histogram ?? [];
  const ranges = bars.flatMap(bar => ('from' in bar ? [bar] : []));
  if (ranges.length > 0) {
    const most = Math.max(...ranges.map(({ count }) => count));
    return (
      <>
        <div className="jp-BigUpload-headBars" aria-hidden>
          {ranges.map(({ from, to, count }) => (
            <span
              key={from}
              title={`${from} – ${to}: ${format.count(count)}`}
              style={{ height: `${(100 * count) / most}%` }}
            />
          ))}
        </div>
        <div className="jp-BigUpload-headRange">
          <span>{profile.min}</span>
          <span>{profile.max}</span>
        </div>
      </>
    );
  }
  const values = bars.flatMap(bar => ('value' in bar ? [bar] : []));
  const total = Math.max(1, profile.rows - profile.nulls);
  const telling = values.filter(({ count }) => count / total >= TELLING);
  return telling.length === 0 ? (
    <div className="jp-BigUpload-headEnds" aria-hidden>
      <span>{profile.min}</span>
      <span>{profile.max}</span>
    </div>
  ) : (
    <div className="jp-BigUpload-headValues" aria-hidden>
      {telling.slice(0, NAMED).map(({ value, count }) => (
        <div key={value} title={`${value}: ${format.count(count)}`}>
          <span
            className="jp-BigUpload-headShare"
            style={{ width: `${(100 * count) / total}%` }}
          />
          <span className="jp-BigUpload-headValue">{value}</span>
          <span>{format.percent(Math.round((100 * count) / total))}</span>
        </div>
      ))}
    </div>
  );
}
