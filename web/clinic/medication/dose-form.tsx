import { useState } from 'react';
import { showAmount, type Amount, type Strength } from '#fhir/dose/amount.ts';
import { decimalTyped, spell } from '#fhir/dose/decimal.ts';
import { missingOf } from '#fhir/dose/dose.ts';
import type { Dose, Step, When } from '#fhir/dose/step.ts';
import { doseText, handedText } from '#fhir/dose/text.ts';
import { amountOfDay } from '#fhir/dose/times.ts';
import { Button } from '../../parts/button.tsx';
import { addDays, dayOf, momentOn } from '../../parts/format/date.ts';
import { now } from '../../parts/clock.ts';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';

// A dose of one's own, written in structure: what is typed is shown at once as every text of it will say it. Several steps in
// sequence are a taper, each for some days.

type Kind = Exclude<When['kind'], 'count' | 'unknown'> | 'words';
const kinds = [
  'clock',
  'needed',
  'interval',
  'once',
  'continuous',
  'words',
] as const satisfies readonly Kind[];
const kindTexts = {
  clock: 'doseKind.clock',
  needed: 'doseKind.needed',
  interval: 'doseKind.interval',
  once: 'doseKind.once',
  continuous: 'doseKind.continuous',
  words: 'doseKind.words',
} as const satisfies Record<Kind, TextKey>;

type Fields = {
  readonly kind: Kind;
  readonly amount: string;
  readonly unit: string;
  readonly times: string;
  readonly hours: string;
  readonly most: string;
  readonly rate: string;
  readonly rateUnit: string;
  readonly days: string;
  readonly words: string;
};

const units = [
  'mg',
  'g',
  'mikrogram',
  'IE',
  'mmol',
  'ml',
  'tablet',
  'kapsel',
  'dosis',
  'dråbe',
  'brev',
  'plaster',
];
const rateUnits = ['ml/time', 'mg/time', 'IE/time', 'mikrogram/kg/min'];
const stepsMax = 8;

type DoseFormProps = {
  readonly dose: Dose;
  readonly strength: Strength | undefined;
  /** With the dose as it is typed, or undefined while it is not whole. */
  readonly onChange: (dose: Dose | undefined) => void;
};

export function DoseForm({ dose, strength, onChange }: DoseFormProps) {
  const say = useText();
  const language = useLanguage();
  const [route, setRoute] = useState(dose.route);
  const [steps, setSteps] = useState<readonly Fields[]>(() =>
    dose.steps.length === 0 ? [{ ...emptyStep, words: dose.text }] : dose.steps.map(fieldsOf),
  );
  const typed = doseOfFields(steps, route);
  const missing = missingOf(typed).filter((one) => !(one === 'dose' && typed.text !== ''));
  function change(nextSteps: readonly Fields[], nextRoute: string) {
    setSteps(nextSteps);
    setRoute(nextRoute);
    const next = doseOfFields(nextSteps, nextRoute);
    const isWhole = missingOf(next).length === 0 || (next.steps.length === 0 && next.text !== '');
    onChange(isWhole ? next : undefined);
  }
  const day = typed.steps[0] === undefined ? undefined : amountOfDay(typed.steps[0]);
  const amount = typed.steps[0]?.amount;
  return (
    <div className="dose-form">
      {steps.map((fields, index) => (
        <StepFields
          // Steps have no name but their place.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          fields={fields}
          number={steps.length > 1 ? index + 1 : undefined}
          isSequence={steps.length > 1}
          onChange={(next) =>
            change(
              steps.map((one, at) => (at === index ? next : one)),
              route,
            )
          }
          onRemove={
            steps.length > 1
              ? () =>
                  change(
                    steps.filter((_one, at) => at !== index),
                    route,
                  )
              : undefined
          }
        />
      ))}
      <div className="dose-row">
        <label className="field">
          <span>{say('doseForm.route')}</span>
          <input
            className="input short"
            value={route}
            list="dose-routes"
            onChange={(event) => change(steps, event.target.value)}
          />
          <datalist id="dose-routes">
            {['p.o.', 'i.v.', 's.c.', 'i.m.', 'inh.', 'sublingual', 'rektalt', 'transdermalt'].map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </datalist>
        </label>
        {steps[0]?.kind === 'clock' && steps.length < stepsMax && (
          <Button
            onPress={() =>
              change(
                [
                  ...steps.map((one) => ({ ...one, days: one.days === '' ? '3' : one.days })),
                  { ...(steps.at(-1) ?? emptyStep), days: '3' },
                ],
                route,
              )
            }
          >
            {say('doseForm.addStep')}
          </Button>
        )}
      </div>
      <output className="dose-says">
        {missing.length > 0 ? (
          <span className="muted">
            {say('doseForm.missing', {
              what: missing.map((one) => say(missingTexts[one] ?? 'missing.dose')).join(', '),
            })}
          </span>
        ) : (
          <>
            <b>{doseText(typed, language)}</b>
            {amount !== undefined && strength !== undefined && (
              <span className="muted"> {handedText(amount, strength, language)}</span>
            )}
            {day !== undefined && typed.steps.length === 1 && (
              <span className="muted">
                {' '}
                · {say('doseForm.perDay', { amount: showAmount(day, language) })}
              </span>
            )}
          </>
        )}
      </output>
    </div>
  );
}

function StepFields({
  fields,
  number,
  isSequence,
  onChange,
  onRemove,
}: {
  readonly fields: Fields;
  readonly number: number | undefined;
  readonly isSequence: boolean;
  readonly onChange: (fields: Fields) => void;
  readonly onRemove: (() => void) | undefined;
}) {
  const say = useText();
  const text = (name: keyof Fields, label: TextKey, className = 'input short') => (
    <label className="field">
      <span>{say(label)}</span>
      <input
        className={className}
        autoComplete="off"
        value={fields[name]}
        onChange={(event) => onChange({ ...fields, [name]: event.target.value })}
      />
    </label>
  );
  const choice = (name: 'unit' | 'rateUnit', label: TextKey, choices: readonly string[]) => (
    <label className="field">
      <span>{say(label)}</span>
      <select
        className="input short"
        value={fields[name]}
        onChange={(event) => onChange({ ...fields, [name]: event.target.value })}
      >
        {[...new Set([fields[name], ...choices])].map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="dose-row">
      {number !== undefined && <b className="step-number">{number}.</b>}
      <label className="field">
        <span>{say('doseForm.kind')}</span>
        <select
          className="input"
          value={fields.kind}
          disabled={isSequence}
          onChange={(event) =>
            onChange({ ...fields, kind: kinds.find((one) => one === event.target.value) ?? 'clock' })
          }
        >
          {kinds.map((each) => (
            <option key={each} value={each}>
              {say(kindTexts[each])}
            </option>
          ))}
        </select>
      </label>
      {fields.kind === 'words' ? (
        text('words', 'doseForm.words', 'input')
      ) : (
        <>
          {text('amount', 'doseForm.amount')}
          {choice('unit', 'doseForm.unit', units)}
        </>
      )}
      {fields.kind === 'clock' && text('times', 'doseForm.times')}
      {fields.kind === 'interval' && text('hours', 'doseForm.everyHours')}
      {fields.kind === 'needed' && (
        <>
          {text('most', 'doseForm.most')}
          {text('hours', 'doseForm.hoursBetween')}
        </>
      )}
      {fields.kind === 'continuous' && (
        <>
          {text('rate', 'doseForm.rate')}
          {choice('rateUnit', 'doseForm.rateUnit', rateUnits)}
        </>
      )}
      {(fields.kind === 'clock' || fields.kind === 'interval') && text('days', 'doseForm.days')}
      {onRemove !== undefined && <Button onPress={onRemove}>{say('doseForm.removeStep')}</Button>}
    </div>
  );
}

const missingTexts: Readonly<Record<string, TextKey>> = {
  dose: 'missing.dose',
  route: 'missing.route',
  amount: 'missing.amount',
  unit: 'missing.unit',
  time: 'missing.time',
};

const emptyStep: Fields = {
  kind: 'clock',
  amount: '',
  unit: 'mg',
  times: '08',
  hours: '',
  most: '',
  rate: '',
  rateUnit: 'ml/time',
  days: '',
  words: '',
};

function fieldsOf({ amount, rate, when, from, until }: Step): Fields {
  const written = (each: Amount | undefined) =>
    each === undefined ? '' : spell(each.value).replace('.', ',');
  const days = from !== undefined && until !== undefined ? Math.round((until - from) / 86_400_000) : 0;
  const base: Fields = {
    ...emptyStep,
    amount: written(amount),
    unit: amount?.unit ?? 'mg',
    rate: written(rate),
    rateUnit: rate?.unit ?? 'ml/time',
    days: days > 0 && when.kind !== 'once' ? String(days) : '',
  };
  switch (when.kind) {
    case 'clock':
      return { ...base, kind: 'clock', times: when.times.map((time) => time.replace(/:00$/, '')).join(', ') };
    case 'interval':
      return { ...base, kind: rate === undefined ? 'interval' : 'continuous', hours: hoursOf(when.minutes) };
    case 'needed':
      return {
        ...base,
        kind: 'needed',
        most: when.times === undefined ? '' : String(when.times),
        hours: when.minutesBetween === undefined ? '' : hoursOf(when.minutesBetween),
      };
    case 'once':
      return { ...base, kind: 'once' };
    case 'continuous':
      return { ...base, kind: 'continuous' };
    case 'count':
    case 'unknown':
      return { ...base, times: '' };
  }
}

const hoursOf = (minutes: number) => String(minutes / 60).replace('.', ',');

function doseOfFields(steps: readonly Fields[], route: string): Dose {
  const [only] = steps;
  if (only?.kind === 'words') return { steps: [], route: route.trim(), text: only.words.trim() };
  let from = now();
  const isSequence = steps.length > 1;
  return {
    route: route.trim(),
    text: '',
    steps: steps.map((fields): Step => {
      const days = /^\d{1,3}$/.test(fields.days.trim()) ? Number(fields.days) : 0;
      // Whole days: a step ends as the last of its days does.
      const until = days > 0 ? momentOn(addDays(dayOf(from), days), '00:00') : undefined;
      const amount = amountOf(fields.amount, fields.unit);
      const step: Step = {
        amount,
        upTo: undefined,
        rate: fields.kind === 'continuous' ? amountOf(fields.rate, fields.rateUnit) : undefined,
        when: whenOf(fields),
        most: mostOf(fields, amount),
        from: isSequence || until !== undefined ? from : undefined,
        until,
      };
      if (until !== undefined) from = until;
      return step;
    }),
  };
}

function amountOf(text: string, unit: string): Amount | undefined {
  const value = decimalTyped(text);
  return value === undefined ? undefined : { value, unit };
}

function mostOf({ kind, most }: Fields, amount: Amount | undefined): Amount | undefined {
  const times = decimalTyped(most);
  if (kind !== 'needed' || times === undefined || amount === undefined) return undefined;
  return amountOfDay({
    amount,
    upTo: undefined,
    rate: undefined,
    when: { kind: 'needed', times: Number(spell(times)), minutesBetween: undefined, reason: '' },
    most: undefined,
    from: undefined,
    until: undefined,
  });
}

function whenOf(fields: Fields): When {
  const minutes = minutesOf(fields.hours);
  switch (fields.kind) {
    case 'clock': {
      const times = clockTimes(fields.times);
      return times === undefined ? { kind: 'unknown' } : { kind: 'clock', times, everyDays: 1, weekdays: [] };
    }
    case 'interval':
      return minutes === undefined ? { kind: 'unknown' } : { kind: 'interval', minutes };
    case 'needed': {
      const times = /^[1-9]\d?$/.test(fields.most.trim()) ? Number(fields.most) : undefined;
      return { kind: 'needed', times, minutesBetween: minutes, reason: '' };
    }
    case 'once':
      return { kind: 'once', at: undefined };
    case 'continuous':
      return { kind: 'continuous' };
    case 'words':
      return { kind: 'unknown' };
  }
}

function minutesOf(hours: string): number | undefined {
  const value = decimalTyped(hours);
  const minutes = value === undefined ? 0 : Math.round(Number(spell(value)) * 60);
  return minutes >= 1 && minutes <= 7 * 24 * 60 ? minutes : undefined;
}

/** 8, 14.30 22 are 08:00, 14:30 and 22:00; undefined when one of them is no time of day. */
function clockTimes(text: string): readonly string[] | undefined {
  const parts = text.split(/[\s,;]+|og/).filter((part) => part !== '');
  const times = parts.map((part) => {
    const [, hour = '', minute = '00'] = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(part) ?? [];
    return hour === '' || Number(hour) > 23 || Number(minute) > 59
      ? ''
      : `${hour.padStart(2, '0')}:${minute}`;
  });
  if (times.length === 0 || times.length > 24 || times.includes('')) return undefined;
  return [...new Set(times)].sort();
}
