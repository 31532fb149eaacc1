/* oxlint-disable jsx-a11y/no-autofocus, jsx-a11y/no-noninteractive-element-interactions -- the fields open because somebody asked to measure; Ctrl+Enter belongs to the whole form */
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import type { Observation } from '@medplum/fhirtypes';
import { currentRights } from '../record/role.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment, showNearTime, showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText, type Say, type TextKey } from '../../parts/text.tsx';
import { showCpr } from '../record/person.ts';
import { takenAt } from '../record/results.ts';
import { measuredText } from './chart-columns.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { vitalsOf, type VitalKind } from '../record/vitals.ts';
import { AfterSave } from './after-save.tsx';
import { LiveScore, PointsTag } from './live-score.tsx';
import { measurementOf, readField, setFields, type FieldFault, type SetField } from './set-fields.ts';
import { useSet, type SavedSet } from './use-set.ts';

// A full set in seconds: seven fields in the order in which they are measured, digits and Enter, Ctrl+Enter signs. Every key is
// kept on this device; what the set gives in points stands beside it while it is typed.

const fieldTexts = {
  respiration: ['vital.respiration', '/min'],
  saturation: ['vital.saturation', '%'],
  oxygen: ['vital.oxygen', 'L/min'],
  pressure: ['vital.bloodPressure', 'mmHg'],
  pulse: ['vital.pulse', '/min'],
  consciousness: ['vital.consciousness', 'ACVPU'],
  temperature: ['vital.temperature', '°C'],
} as const satisfies Record<SetField, readonly [TextKey, string]>;

const kindOf: Readonly<Record<SetField, VitalKind>> = {
  respiration: 'respiration',
  saturation: 'saturation',
  oxygen: 'oxygen',
  pressure: 'bloodPressure',
  pulse: 'pulse',
  consciousness: 'consciousness',
  temperature: 'temperature',
};

const stateTexts = { sending: 'entry.sending', unknown: 'entry.unknown', full: 'entry.full' } as const;

type SetEntryProps = {
  readonly patient: string;
  readonly observations: readonly Observation[];
  readonly onClose: () => void;
};

export function SetEntry({ patient, observations, onClose }: SetEntryProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const set = useSet(patient);
  const { person, stay } = usePatientFacts(patient);
  const [saved, setSaved] = useState<SavedSet>();
  const form = useRef<HTMLFormElement>(null);
  const underway = set.state !== undefined;
  const isEmpty = Object.values(set.fields).every((text) => text.trim() === '');
  const whyNot = !currentRights().measures
    ? say('entry.notYours')
    : underway
      ? say('entry.waiting')
      : set.loading
        ? say('panel.loading')
        : set.faults.length > 0
          ? say('entry.mendFirst')
          : set.at === undefined
            ? say('entry.noTime')
            : isEmpty || Object.keys(set.values).length === 0
              ? say('entry.empty')
              : undefined;

  async function save() {
    if (whyNot !== undefined) return;
    const stored = await set.save();
    if (stored === undefined) return;
    setSaved(stored);
    form.current?.querySelector<HTMLInputElement>('input')?.focus();
  }

  function press(event: KeyboardEvent<HTMLFormElement>) {
    if (event.key === 'Escape') return onClose();
    if (event.key !== 'Enter') return;
    if (event.ctrlKey) {
      event.preventDefault();
      void save();
      return;
    }
    if (!(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    const inputs = [...(form.current?.querySelectorAll<HTMLInputElement>('input') ?? [])];
    inputs[inputs.indexOf(event.target) + 1]?.focus();
  }

  return (
    <section className="panel entry no-print" aria-label={say('entry.title')}>
      <header>
        <h2>{say('entry.title')}</h2>
        <span className="muted small">{say('entry.keys')}</span>
        <span className="grow" />
        <Button kind="plain" shortcut="Esc" onPress={onClose}>
          {say('modal.close')}
        </Button>
      </header>
      {saved !== undefined && isEmpty && <AfterSave saved={saved} />}
      <form ref={form} onSubmit={(event) => event.preventDefault()} onKeyDown={press}>
        <div className="entry-fields">
          {setFields.map((field, index) => (
            <Field
              key={field}
              field={field}
              text={set.fields[field] ?? ''}
              last={vitalsOf(observations, kindOf[field]).at(-1)}
              points={set.answer.kind === 'none' ? undefined : set.answer.points[measurementOf[field]]}
              first={index === 0}
              locked={underway}
              onChange={(text) => set.change(field, text)}
            />
          ))}
        </div>
        <div className="entry-more">
          <label className="field entry-concern">
            <span>{say('entry.concern')}</span>
            <input
              className="input"
              maxLength={500}
              placeholder={say('entry.concernHint')}
              value={set.fields['concern'] ?? ''}
              readOnly={underway}
              onChange={(event) => set.change('concern', event.target.value)}
            />
          </label>
          <label className="field entry-time">
            <span>{say('entry.time')}</span>
            <input
              className="input"
              inputMode="numeric"
              placeholder={say('entry.now', { time: showTime(today) })}
              value={set.fields['at'] ?? ''}
              readOnly={underway}
              aria-invalid={set.at === undefined || undefined}
              onChange={(event) => set.change('at', event.target.value)}
            />
            <small className="entry-note">
              {set.at === undefined
                ? say('entry.noTime')
                : (set.fields['at'] ?? '') !== '' && showNearTime(set.at, language, today)}
            </small>
          </label>
          <LiveScore answer={set.answer} at={set.at ?? today} plan={set.plan} isEmpty={isEmpty} />
        </div>
        <footer>
          <p className="muted">
            <b>{person?.name}</b> {person?.cpr !== undefined && showCpr(person.cpr)} {stay?.bed?.name}
          </p>
          <output className="grow">
            {set.state !== undefined ? (
              <Tag kind="local">⇧ {say(stateTexts[set.state])}</Tag>
            ) : set.refused !== undefined ? (
              <span className="error">{say('entry.refused', { said: set.refused })}</span>
            ) : (
              !isEmpty && <Tag kind="quiet">{say('entry.draft')}</Tag>
            )}
          </output>
          {!isEmpty && !underway && <Button onPress={set.drop}>{say('entry.clear')}</Button>}
          <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={whyNot} onPress={() => void save()}>
            {say(set.answer.kind === 'incomplete' && !isEmpty ? 'entry.saveUnscored' : 'entry.save')}
          </Button>
        </footer>
      </form>
    </section>
  );
}

function Field({
  field,
  text,
  last,
  points,
  first,
  locked,
  onChange,
}: {
  readonly field: SetField;
  readonly text: string;
  readonly last: Observation | undefined;
  readonly points: number | undefined;
  readonly first: boolean;
  readonly locked: boolean;
  readonly onChange: (text: string) => void;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const id = useId();
  const [name, unit] = fieldTexts[field];
  const read = readField(field, text, language, say('entry.air'));
  return (
    <div className="entry-field">
      <label htmlFor={id}>
        {say(name)} <small className="faint">{unit}</small>
      </label>
      <span className="entry-value">
        <input
          id={id}
          className="input"
          autoFocus={first}
          autoComplete="off"
          inputMode={field === 'consciousness' ? 'text' : 'numeric'}
          maxLength={12}
          placeholder={field === 'oxygen' ? say('entry.airHint') : undefined}
          value={text}
          readOnly={locked}
          aria-invalid={read.fault !== undefined || undefined}
          aria-describedby={`${id}-note`}
          onChange={(event) => onChange(event.target.value)}
          onBlur={() => read.fault === undefined && read.shown !== text && onChange(read.shown)}
        />
        <PointsTag points={points} />
      </span>
      <span id={`${id}-note`} className="entry-note">
        {read.fault !== undefined ? (
          <span className="entry-fault">{faultWords(field, read.fault, say)}</span>
        ) : read.unusual === true ? (
          <Tag kind="abn">! {say('entry.unusual')}</Tag>
        ) : null}
        <span className="faint">
          {last === undefined
            ? say('entry.noLast')
            : say('entry.last', {
                value: measuredText(kindOf[field], last, language, say('entry.air')),
                time: showMoment(takenAt(last), language, today),
              })}
        </span>
      </span>
    </div>
  );
}

function faultWords(field: SetField, fault: FieldFault, say: Say): string {
  if (fault.kind === 'pressure') return say('entry.faultPressure');
  if (fault.kind === 'impossible')
    return say('entry.faultImpossible', { least: fault.least, most: fault.most });
  if (field === 'consciousness') return say('entry.faultLetter');
  return say(field === 'pressure' ? 'entry.faultPressureForm' : 'entry.faultNumber');
}
