/* oxlint-disable jsx-a11y/no-autofocus -- the letter was opened to be written */
import { useState } from 'react';
import type { LetterKind, SectionKind } from '#fhir/letters/kinds.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showMoment } from '../../parts/format/date.ts';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { nothingText } from './build-letter.ts';
import type { Line } from './letter-line.ts';
import { keptField, stateOfField, type Field, type LetterFields } from './letter-fields.ts';
import { nameOf, sourceTexts } from './letter-texts.ts';
import type { LetterFacts, SectionFacts } from './use-facts.ts';

// A letter longer than this is a paste of something else.
const textMax = 40_000;
const rowsMax = 16;
// About as many as stand beside each other on the smallest screen.
const lettersInRow = 95;

/** Every section of the letter: its text, and beside it where each line comes from. */
export function LetterSections({
  kind,
  fields,
  facts,
  present,
  onField,
}: {
  readonly kind: LetterKind;
  readonly fields: LetterFields;
  readonly facts: LetterFacts;
  readonly present: Readonly<Record<string, Field | undefined>>;
  readonly onField: (id: string, field: Field) => void;
}) {
  const say = useText();
  // What must be written by hand; of a letter that the record fills, its beginning.
  const first =
    kind.sections.find(({ id, fill }) => fill === undefined && kind.required.includes(id)) ??
    kind.sections[0];
  return (
    <ScrollRegion className="panel-body letter-sections" label={say('letters.sections')}>
      {kind.sections.map((section) => (
        <Section
          key={section.id}
          section={section}
          required={kind.required.includes(section.id)}
          focused={section === first}
          field={fields.sections[section.id] ?? { text: '', entries: [] }}
          fact={facts.sections[section.id]}
          present={present[section.id]}
          onField={(field) => onField(section.id, field)}
        />
      ))}
    </ScrollRegion>
  );
}

function Section({
  section,
  required,
  focused,
  field,
  fact,
  present,
  onField,
}: {
  readonly section: SectionKind;
  readonly required: boolean;
  readonly focused: boolean;
  readonly field: Field;
  readonly fact: SectionFacts | undefined;
  readonly present: Field | undefined;
  readonly onField: (field: Field) => void;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const state = stateOfField(field, present);
  const builtAt = instantOf(field.built?.at);
  const time = builtAt === undefined ? '' : showMoment(builtAt, language, today);
  const name = nameOf(section, language);
  const rows = field.text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / lettersInRow)), 0);
  return (
    <div className={`letter-section ${state === 'changed' ? 'changed' : ''}`}>
      <div className="letter-section-head">
        <h3>
          {name}
          {required && <span className="muted"> {say('letters.required')}</span>}
        </h3>
        {state === 'built' && <Tag kind="quiet">{say('letters.fromRecord', { time })}</Tag>}
        {state === 'edited' && <Tag kind="plain">{say('letters.edited', { time })}</Tag>}
        {fact?.failed === true && <Tag kind="stale">{say('letters.notFetched')}</Tag>}
        {fact?.lines?.length === 0 && <Tag kind="quiet">{say('panel.nothing')}</Tag>}
        <span className="grow" />
        {(state === 'edited' || (field.built === undefined && section.fill !== undefined)) &&
          present !== undefined && (
            <Button kind="plain" onPress={() => onField(present)}>
              {say('letters.fetchAgain')}
            </Button>
          )}
      </div>
      {state === 'changed' && present !== undefined && (
        <div className="letter-changed">
          <output>
            <b>{say('letters.changed', { section: name, time })}</b>
          </output>
          <pre>{present.text}</pre>
          <div className="stay-buttons">
            <Button kind="primary" onPress={() => onField(present)}>
              {say('letters.take')}
            </Button>
            <Button onPress={() => onField(keptField(field, present))}>{say('letters.keepMine')}</Button>
          </div>
        </div>
      )}
      <div className={fact === undefined ? '' : 'letter-pair'}>
        <textarea
          className="input"
          aria-label={name}
          autoFocus={focused}
          maxLength={textMax}
          rows={Math.max(2, Math.min(rowsMax, rows))}
          value={field.text}
          onChange={({ target }) => onField({ ...field, text: target.value })}
        />
        {fact?.lines !== undefined && <Sources lines={fact.lines} />}
      </div>
    </div>
  );
}

const shownAtFirst = 4;

/** Where each line comes from: the first words of it, what kind of fact, and its time. */
function Sources({ lines }: { readonly lines: readonly Line[] }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const [all, setAll] = useState(false);
  const sourced = lines.filter(({ from, text }) => from !== undefined && text !== nothingText);
  const shown = all ? sourced : sourced.slice(0, shownAtFirst);
  if (sourced.length === 0) return <p className="muted letter-sources">{say('letters.noSources')}</p>;
  return (
    <ul className="letter-sources" aria-label={say('letters.sources')}>
      {shown.map(({ text, from, at }, index) => {
        const kind = sourceTexts[from?.split('/')[0] ?? ''];
        return (
          // Two lines of one resource differ in where they stand.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${from} ${index}`}>
            <span className="letter-source-line">{firstWords(text)}</span>{' '}
            <span className="muted">
              {kind === undefined ? from : say(kind)}
              {at === undefined ? '' : ` · ${showMoment(at, language, today)}`}
            </span>
          </li>
        );
      })}
      {sourced.length > shown.length && (
        <li>
          <Button kind="plain" onPress={() => setAll(true)}>
            {say('letters.moreSources', { count: sourced.length - shown.length })}
          </Button>
        </li>
      )}
    </ul>
  );
}

function firstWords(text: string): string {
  const words = text.replace(/^- /, '').split(/\s+/);
  const some = words.slice(0, 4).join(' ');
  return words.length > 4 ? `${some} …` : some;
}
