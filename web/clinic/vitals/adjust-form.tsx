import { useState } from 'react';
import type { CarePlan } from '@medplum/fhirtypes';
import { adjustableMeasurements, type Adjustable } from '../../../src/fhir/early-warning/plan.ts';
import type { Adjustment } from '../../../src/fhir/early-warning/score.ts';
import { planElements } from '../../../src/fhir/early-warning/shapes.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import type { UsedAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { fhirMoment } from '../../parts/format/date.ts';
import { useText } from '../../parts/text.tsx';
import { measurementTexts } from '../record/texts.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { adjustmentWords, endOf } from './adjusted-words.ts';
import { performerOf } from './use-set.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const intervalHours = [1, 2, 4, 6, 8, 12, 24] as const;
const validHours = [12, 24, 48, 72, 168] as const;

type AdjustFormProps = {
  readonly patient: string;
  readonly act: UsedAct;
  /** The plan that this one takes the place of. */
  readonly before: { readonly plan: CarePlan; readonly adjustment: Adjustment } | undefined;
  readonly onDone: () => void;
};

/** A doctor's plan. It begins with what counts now, and is whole when it is signed: one plan, not a heap of them. */
export function AdjustForm({ patient, act, before, onDone }: AdjustFormProps) {
  const say = useText();
  const { stay } = usePatientFacts(patient);
  const [ends, setEnds] = useState<Readonly<Record<string, string>>>(() => endsOf(before?.adjustment));
  const [scale2, setScale2] = useState(before?.adjustment.saturationScale === 2);
  const [every, setEvery] = useState(String((before?.adjustment.interval?.minutes ?? 0) / 60));
  const [scoreMax, setScoreMax] = useState(String(before?.adjustment.interval?.scoreMax ?? ''));
  const [hours, setHours] = useState<string>('24');
  const [reason, setReason] = useState('');
  const read = readForm(ends, scale2, every, scoreMax);
  const whyNot =
    act.state !== undefined
      ? say('entry.waiting')
      : read === 'unread'
        ? say('adjust.unread')
        : read === 'noScore'
          ? say('adjust.noScore')
          : read === 'nothing'
            ? say('adjust.nothing')
            : reason.trim().length < 3
              ? say('adjust.noReason')
              : undefined;

  async function sign() {
    if (whyNot !== undefined || typeof read === 'string') return;
    // From the whole minute: what is shown goes by whole minutes, and a plan counts as soon as it is signed.
    const from = Math.floor(now() / minuteMs) * minuteMs;
    const session = queries.getQueryData<Session | null>(keys.session);
    const plan = {
      resourceType: 'CarePlan',
      status: 'active',
      intent: 'plan',
      title: 'Justeret EWS',
      description: `${adjustmentWords(read, say).join('. ')}. ${reason.trim()}`,
      subject: { reference: `Patient/${patient}` },
      ...(stay !== undefined &&
        stay.status !== 'planned' && { encounter: { reference: `Encounter/${stay.id}` } }),
      created: fhirMoment(from),
      period: { start: fhirMoment(from), end: fhirMoment(from + Number(hours) * hourMs) },
      author: performerOf(session),
      ...planElements(read, { patient: `Patient/${patient}`, reason: reason.trim() }),
    } as CarePlan;
    const stored = await act.send(say('adjust.act'), [
      ...(before === undefined ? [] : [endOf(before.plan)]),
      { method: 'POST', url: 'CarePlan', resource: plan },
    ]);
    if (stored !== undefined) onDone();
  }

  return (
    <form
      className="adjust-form no-print"
      onSubmit={(event) => {
        event.preventDefault();
        void sign();
      }}
    >
      <fieldset>
        <legend>{say('adjust.accepted')}</legend>
        {adjustableMeasurements.map((kind) => (
          <div className="adjust-row" key={kind}>
            <span>{say(measurementTexts[kind])}</span>
            {(['low', 'high'] as const).map((end) => (
              <input
                key={end}
                className="input"
                inputMode="decimal"
                aria-label={`${say(measurementTexts[kind])} ${say(end === 'low' ? 'adjust.low' : 'adjust.high')}`}
                placeholder={say(end === 'low' ? 'adjust.low' : 'adjust.high')}
                value={ends[`${kind}.${end}`] ?? ''}
                onChange={(event) => setEnds({ ...ends, [`${kind}.${end}`]: event.target.value })}
              />
            ))}
          </div>
        ))}
      </fieldset>
      <label className="adjust-check">
        <input type="checkbox" checked={scale2} onChange={(event) => setScale2(event.target.checked)} />
        {say('adjust.scale2')}
      </label>
      <div className="adjust-row three">
        <label className="field">
          <span>{say('adjust.every')}</span>
          <select className="input" value={every} onChange={(event) => setEvery(event.target.value)}>
            <option value="0">{say('adjust.asTable')}</option>
            {intervalHours.map((one) => (
              <option key={one} value={one}>
                {say('adjust.hours', { hours: one })}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{say('adjust.scoreMax')}</span>
          <input
            className="input"
            inputMode="numeric"
            value={scoreMax}
            onChange={(event) => setScoreMax(event.target.value)}
          />
        </label>
        <label className="field">
          <span>{say('adjust.valid')}</span>
          <select className="input" value={hours} onChange={(event) => setHours(event.target.value)}>
            {validHours.map((one) => (
              <option key={one} value={one}>
                {say('adjust.hours', { hours: one })}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label className="field">
        <span>{say('adjust.reason')}</span>
        <input
          className="input"
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className="wrong-buttons">
        <Button kind="plain" onPress={onDone}>
          {say('adjust.cancel')}
        </Button>
        <Button kind="primary" type="submit" disabledBecause={whyNot} onPress={() => void sign()}>
          {say('adjust.sign')}
        </Button>
      </div>
    </form>
  );
}

function endsOf(adjustment: Adjustment | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    adjustableMeasurements.flatMap((kind) =>
      (['low', 'high'] as const).flatMap((end) => {
        const value = adjustment?.accepted[kind]?.[end];
        return value === undefined ? [] : [[`${kind}.${end}`, String(value).replace('.', ',')] as const];
      }),
    ),
  );
}

function readForm(
  ends: Readonly<Record<string, string>>,
  scale2: boolean,
  every: string,
  scoreMax: string,
): Omit<Adjustment, 'from' | 'until'> | 'unread' | 'noScore' | 'nothing' {
  const accepted: { [K in Adjustable]?: { low?: number; high?: number } } = {};
  for (const kind of adjustableMeasurements)
    for (const end of ['low', 'high'] as const) {
      const text = (ends[`${kind}.${end}`] ?? '').trim();
      if (text === '') continue;
      if (!/^\d{1,3}([,.]\d)?$/.test(text)) return 'unread';
      accepted[kind] = { ...accepted[kind], [end]: Number(text.replace(',', '.')) };
    }
  const minutes = Number(every) * 60;
  if (minutes > 0 && !/^\d{1,2}$/.test(scoreMax.trim())) return 'noScore';
  if (minutes === 0 && !scale2 && Object.keys(accepted).length === 0) return 'nothing';
  return {
    accepted,
    saturationScale: scale2 ? 2 : 1,
    ...(minutes > 0 && { interval: { minutes, scoreMax: Number(scoreMax) } }),
  };
}
