import type { Reference } from '@medplum/fhirtypes';
import { useId, useRef, useState } from 'react';
import type { LetterKind } from '#fhir/letters/kinds.ts';
import { Button } from '../../parts/button.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useText, useLanguage } from '../../parts/text.tsx';
import type { LetterFields } from './letter-fields.ts';
import { nameOf } from './letter-texts.ts';
import { useReceivers } from './use-receivers.ts';

/** To whom, what kind of message, and about what. */
export function LetterHead({
  patient,
  kind,
  fields,
  onChange,
}: {
  readonly patient: string;
  readonly kind: LetterKind;
  readonly fields: LetterFields;
  readonly onChange: (fields: LetterFields) => void;
}) {
  const say = useText();
  const language = useLanguage();
  const receivers = useReceivers(patient, kind);
  const { others = [] } = fields;
  const adding = useRef<HTMLDivElement>(null);
  return (
    <div className="letter-head">
      <ReceiverField
        label={say('letters.to')}
        value={fields.receiver}
        choices={receivers}
        onChange={(receiver) => onChange({ ...fields, receiver })}
      />
      {others.map((other, at) => (
        <div
          // oxlint-disable-next-line react/no-array-index-key -- one that is removed makes all of them anew, with their own texts
          key={`${at} of ${others.length}`}
          className="letter-other"
        >
          <ReceiverField
            label={say('letters.alsoTo')}
            value={other}
            focus={at === others.length - 1 && other.display === undefined}
            choices={receivers}
            onChange={(receiver) => onChange({ ...fields, others: others.with(at, receiver ?? {}) })}
          />
          <Button
            kind="plain"
            onPress={() => {
              onChange({ ...fields, others: others.filter((_one, index) => index !== at) });
              // The pressed button is gone: the keyboard stays here and not nowhere.
              adding.current?.querySelector('button')?.focus();
            }}
          >
            {say('letters.removeReceiver')}
            <Unseen> {other.display}</Unseen>
          </Button>
        </div>
      ))}
      <div className="letter-other" ref={adding}>
        <Button onPress={() => onChange({ ...fields, others: [...others, {}] })}>
          + {say('letters.addReceiver')}
        </Button>
      </div>
      {kind.categories.length > 0 && (
        <label className="field">
          <span>{say('letters.category')}</span>
          <select
            className="input"
            value={fields.category ?? ''}
            onChange={({ target }) =>
              onChange({ ...fields, category: target.value === '' ? undefined : target.value })
            }
          >
            <option value="">{say('letters.choose')}</option>
            {kind.categories.map((category) => (
              <option key={category.id} value={category.id}>
                {nameOf(category, language)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        <span>{say('letters.subject')}</span>
        <input
          className="input"
          value={fields.title}
          maxLength={200}
          onChange={({ target }) => onChange({ ...fields, title: target.value })}
        />
      </label>
    </div>
  );
}

/** Typed, with what is known to choose from; what is known is referred to. */
export function ReceiverField({
  label,
  value,
  choices,
  focus = false,
  onChange,
}: {
  readonly label: string;
  readonly value: Reference | undefined;
  readonly choices: readonly Reference[];
  /** It was just asked for. */
  readonly focus?: boolean;
  readonly onChange: (receiver: Reference | undefined) => void;
}) {
  const listId = useId();
  const [text, setText] = useState(value?.display ?? '');
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was asked for
        autoFocus={focus}
        list={listId}
        value={text}
        maxLength={200}
        onChange={({ target }) => {
          setText(target.value);
          const typed = target.value.trim();
          onChange(
            choices.find(({ display }) => display === typed) ??
              (typed === '' ? undefined : { display: typed }),
          );
        }}
      />
      <datalist id={listId}>
        {choices.map(({ display }) => (
          <option key={display}>{display}</option>
        ))}
      </datalist>
    </label>
  );
}
