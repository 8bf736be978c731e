import * as React from 'react';
import { TextField, TextAreaField } from '../controls/field';
import { submitForm } from '../dialogs/form';
import type { ILanguage } from '../text/language';
import type { IAuthor } from './author';
import { keepAuthor, lastAuthor } from './author';

export interface ICommit extends IAuthor {
  readonly message: string;
}

/** Ask for a message and who commits, until it is done or not wanted any more. */
export async function askForCommit<R>(options: {
  readonly title: string;
  readonly message: string;
  readonly submitLabel: string;
  readonly language: ILanguage;
  readonly submit: (commit: ICommit) => Promise<R>;
}): Promise<R | null> {
  const { title, message, submitLabel, language, submit } = options;
  const { trans } = language;
  return submitForm<ICommit, R>({
    title,
    initial: { message, ...lastAuthor() },
    submitLabel,
    language,
    submit: commit => {
      keepAuthor(commit);
      return submit(commit);
    },
    fields: (values, change) => (
      <>
        <TextAreaField
          label={trans.__('Message')}
          value={values.message}
          onChange={message => change({ message })}
        />
        <div className="jp-BigUpload-fields">
          <TextField
            label={trans.__('Author')}
            value={values.author}
            placeholder={trans.__('May be left empty')}
            onChange={author => change({ author: author.trim() })}
          />
          <TextField
            label={trans.__('Email')}
            type="email"
            value={values.email}
            placeholder={trans.__('May be left empty')}
            onChange={email => change({ email: email.trim() })}
          />
        </div>
      </>
    )
  });
}
