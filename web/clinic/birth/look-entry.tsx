/* oxlint-disable jsx-a11y/no-autofocus, jsx-a11y/no-noninteractive-element-interactions -- the fields open because somebody asked to examine; Ctrl+Enter belongs to the whole form */
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { isOutside, partogramTable } from '../../../src/fhir/partogram/table.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showTime } from '../../parts/format/date.ts';
import { showNumber } from '../../parts/format/number.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText, type Say, type TextKey } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { showCpr } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import type { Labour } from './labour-model.ts';
import { lookFields, moreFields, type LookFault, type LookField } from './look-fields.ts';
import { useLook } from './use-look.ts';

const fieldTexts = {
  heartA: ['labour.heart', '/min'],
  heartB: ['labour.heartB', '/min'],
  contractions: ['labour.contractions', ''],
  'contraction-duration': ['labour.duration', 's'],
  dilatation: ['labour.dilatation', 'cm'],
  station: ['labour.station', '−3…+3'],
  liquor: ['labour.liquor', ''],
  caput: ['labour.caput', '0–3'],
  moulding: ['labour.moulding', '0–3'],
  oxytocin: ['labour.oxytocin', 'ml/t'],
  pulse: ['labour.pulse', '/min'],
  pressure: ['labour.pressure', 'mmHg'],
  temperature: ['labour.temperature', '°C'],
} as const satisfies Record<LookField, readonly [TextKey, string]>;
const moreTexts = {
  ruptured: 'labour.ruptured',
  epidural: 'labour.epidural',
  event: 'labour.event',
} as const satisfies Record<(typeof moreFields)[number], TextKey>;

type LookEntryProps = {
  readonly patient: string;
  readonly labour: Labour;
  readonly onClose: () => void;
};

/** One examination, typed: Enter to the next field, Ctrl+Enter stores all. */
export function LookEntry({ patient, labour, onClose }: LookEntryProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const [asTwins, setAsTwins] = useState(labour.twins);
  const twins = asTwins || labour.twins;
  const look = useLook(patient, twins);
  const { person, stay } = usePatientFacts(patient);
  const [saved, setSaved] = useState<number>();
  const form = useRef<HTMLFormElement>(null);
  const { facts, happened, faults, unusual } = look.read;
  const isEmpty = Object.values(look.fields).every((text) => text.trim() === '');
  const last = labour.dilatation.at(-1)?.value;
  const dilatation = facts.find(({ kind }) => kind === 'dilatation');
  const isBackwards =
    dilatation !== undefined &&
    'value' in dilatation &&
    last !== undefined &&
    Number(dilatation.value) < last;
  const whyNot = !currentRights().measures
    ? say('entry.notYours')
    : stay === undefined || stay.status === 'planned'
      ? say('labour.noStay')
      : look.underway
        ? say('entry.waiting')
        : Object.keys(faults).length > 0
          ? say('entry.mendFirst')
          : look.at === undefined
            ? say('entry.noTime')
            : facts.length + happened.length === 0
              ? say('labour.empty')
              : undefined;

  async function save() {
    if (whyNot !== undefined) return;
    const at = await look.save();
    if (at === undefined) return;
    setSaved(at);
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
    <section className="panel entry no-print" aria-label={say('labour.examine')}>
      <header>
        <h2>{say('labour.examine')}</h2>
        <span className="muted small">{say('entry.keys')}</span>
        <span className="grow" />
        {!labour.twins && (
          <Button expanded={asTwins} onPress={() => setAsTwins(!asTwins)}>
            {say('labour.twin')}
          </Button>
        )}
        <Button kind="plain" shortcut="Esc" onPress={onClose}>
          {say('modal.close')}
        </Button>
      </header>
      {saved !== undefined && isEmpty && (
        <div className="after-save" role="alert">
          <span className="tick">✓ {say('labour.saved', { time: showTime(saved) })}</span>
        </div>
      )}
      <form ref={form} onSubmit={(event) => event.preventDefault()} onKeyDown={press}>
        <div className="entry-fields">
          {lookFields
            .filter((field) => field !== 'heartB' || twins)
            .map((field, index) => (
              <Field
                key={field}
                name={say(field === 'heartA' && twins ? 'labour.heartA' : fieldTexts[field][0])}
                unit={fieldTexts[field][1]}
                hint={field === 'liquor' ? say('labour.liquorHint') : undefined}
                text={look.fields[field] ?? ''}
                first={index === 0}
                locked={look.underway}
                fault={faultWords(faults[field], say)}
                onChange={(text) => look.change(field, text)}
              >
                {unusual.has(field) && <Tag kind="abn">! {say('entry.unusual')}</Tag>}
                {field === 'dilatation' && isBackwards && (
                  <Tag kind="abn">
                    ! {say('labour.backwards', { value: showNumber(String(last), language) })}
                  </Tag>
                )}
                {isFieldOutside(field, look.fields[field]) && <Tag kind="abn">! {say('labour.outside')}</Tag>}
              </Field>
            ))}
          {moreFields.map((field) => (
            <Field
              key={field}
              name={say(moreTexts[field])}
              unit=""
              hint={field === 'event' ? say('labour.eventHint') : undefined}
              text={look.fields[field] ?? ''}
              first={false}
              wide={field === 'event'}
              locked={look.underway}
              fault={faultWords(faults[field], say)}
              onChange={(text) => look.change(field, text)}
            />
          ))}
          <Field
            name={say('labour.time')}
            unit=""
            hint={say('entry.now', { time: showTime(today) })}
            text={look.fields['at'] ?? ''}
            first={false}
            locked={look.underway}
            fault={look.at === undefined ? say('entry.noTime') : undefined}
            onChange={(text) => look.change('at', text)}
          />
        </div>
        <footer>
          <p className="muted">
            <b>{person?.name}</b> {person?.cpr !== undefined && showCpr(person.cpr)} {stay?.bed?.name}
          </p>
          <span className="grow">
            <ActNote act={look.act} />
            {!isEmpty && !look.underway && look.act.fault === undefined && (
              <Tag kind="quiet">{say('entry.draft')}</Tag>
            )}
          </span>
          {!isEmpty && !look.underway && <Button onPress={look.drop}>{say('entry.clear')}</Button>}
          <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={whyNot} onPress={() => void save()}>
            {say('entry.save')}
          </Button>
        </footer>
      </form>
    </section>
  );
}

type FieldProps = {
  readonly name: string;
  readonly unit: string;
  readonly hint?: string | undefined;
  readonly text: string;
  readonly first: boolean;
  readonly wide?: boolean;
  readonly locked: boolean;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
  readonly children?: React.ReactNode;
};

function Field({ name, unit, hint, text, first, wide, locked, fault, onChange, children }: FieldProps) {
  const id = useId();
  return (
    <div className={`entry-field ${wide === true ? 'wide' : ''}`}>
      <label htmlFor={id}>
        {name} <small className="faint">{unit}</small>
      </label>
      <span className="entry-value">
        <input
          id={id}
          className="input"
          autoFocus={first}
          autoComplete="off"
          maxLength={wide === true ? 200 : 12}
          placeholder={wide === true ? hint : undefined}
          value={text}
          readOnly={locked}
          aria-invalid={fault !== undefined || undefined}
          aria-describedby={`${id}-note`}
          onChange={(event) => onChange(event.target.value)}
        />
      </span>
      <span id={`${id}-note`} className="entry-note">
        {fault !== undefined ? <span className="entry-fault">{fault}</span> : children}
        {wide !== true && hint !== undefined && <span className="faint">{hint}</span>}
      </span>
    </div>
  );
}

const limitOf: Readonly<Partial<Record<LookField, string>>> = {
  heartA: 'heart-rate',
  heartB: 'heart-rate',
  contractions: 'contractions',
  'contraction-duration': 'contraction-duration',
  caput: 'caput',
  moulding: 'moulding',
};

function isFieldOutside(field: LookField, text = ''): boolean {
  const kind = limitOf[field];
  return (
    kind !== undefined && /^\d+$/.test(text.trim()) && isOutside(partogramTable.limits[kind], Number(text))
  );
}

function faultWords(fault: LookFault | undefined, say: Say): string | undefined {
  if (fault === undefined) return undefined;
  if (fault.kind === 'impossible')
    return say('entry.faultImpossible', { least: fault.least, most: fault.most });
  if (fault.kind === 'step') return say('labour.faultStep', { step: fault.step });
  if (fault.kind === 'letter') return say('labour.faultLetter');
  if (fault.kind === 'time') return say('labour.faultTime');
  if (fault.kind === 'pressure') return say('entry.faultPressure');
  return say(fault.kind === 'pressureForm' ? 'entry.faultPressureForm' : 'entry.faultNumber');
}
