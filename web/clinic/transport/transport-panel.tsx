import { useState } from 'react';
import type { Resource } from '@medplum/fhirtypes';
import {
  destinations,
  readTransport,
  transport,
  transportModes,
  type TransportMode,
} from '#fhir/transport/transport.ts';
import { makeActId } from '../../link/act-id.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Panel } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { flagWords } from '../record/cave.ts';
import { asJson } from '../record/early-warning.ts';
import { currentRights } from '../record/role.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import { performerOf } from '../vitals/use-set.ts';
import { modeTexts, stateTexts } from './transport-words.ts';

const inMinutes = ['0', '15', '30', '60', '120'] as const;

/** A porter is ordered: where to, how, and one press; and how far the last ones have come. */
export function TransportPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { items, state } = useItems(patient, 'transports', 'Task');
  const { stay, flags } = usePatientFacts(patient);
  const act = useAct(patient);
  const [to, setTo] = useState('');
  const [mode, setMode] = useState<TransportMode>('bed');
  const [oxygen, setOxygen] = useState(false);
  const [minutes, setMinutes] = useState<string>('0');
  const [note, setNote] = useState('');
  const from = stay?.bed ?? stay?.ward;
  const isolation = flagWords(flags, 'isolation');
  const whyNot = !currentRights().orders
    ? say('task.notYours')
    : act.state !== undefined
      ? say('act.underway')
      : from?.id === undefined || stay?.status !== 'here'
        ? say('transport.noStay')
        : to.trim() === ''
          ? say('transport.needsPlace')
          : undefined;

  async function order() {
    if (whyNot !== undefined || from?.id === undefined || stay === undefined) return;
    const at = now();
    const fullUrl = `urn:uuid:${makeActId()}`;
    const made = transport(
      {
        patient: `Patient/${patient}`,
        encounter: `Encounter/${stay.id}`,
        from: {
          reference: `Location/${from.id}`,
          display: [from.name, stay.bed === undefined ? undefined : stay.ward?.name]
            .filter((name) => name !== undefined)
            .join(', '),
        },
        to: to.trim(),
        mode,
        oxygen,
        isolation,
        note: note.trim(),
        when: at + Number(minutes) * 60_000,
        at,
        requester: performerOf(queries.getQueryData<Session | null>(keys.session)),
      },
      fullUrl,
    );
    const stored = await act.send(say('transport.act', { to: to.trim() }), [
      { method: 'POST', url: 'ServiceRequest', fullUrl, resource: made.request as unknown as Resource },
      { method: 'POST', url: 'Task', resource: made.task as unknown as Resource },
    ]);
    if (stored === undefined) return;
    setTo('');
    setNote('');
  }

  return (
    <Panel title={say('transport.order')} state={state} className="transport-panel">
      <form
        className="transport-form no-print"
        aria-label={say('transport.order')}
        onSubmit={(event) => {
          event.preventDefault();
          void order();
        }}
      >
        <fieldset className="level-choices" aria-label={say('transport.to')}>
          {destinations.map((one) => (
            <button
              key={one}
              type="button"
              className="button"
              aria-pressed={one === to}
              onClick={() => setTo(one)}
            >
              {one}
            </button>
          ))}
        </fieldset>
        <input
          className="input"
          aria-label={say('transport.toField')}
          placeholder={say('transport.toField')}
          maxLength={80}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        <div className="transport-how">
          <Segments
            label={say('transport.how')}
            value={mode}
            choices={transportModes.map((one) => ({ value: one, label: say(modeTexts[one]) }))}
            onChoose={setMode}
          />
          <label className="check">
            <input type="checkbox" checked={oxygen} onChange={(event) => setOxygen(event.target.checked)} />{' '}
            {say('transport.oxygen')}
          </label>
          <select
            className="input"
            aria-label={say('task.when')}
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          >
            {inMinutes.map((one) => (
              <option key={one} value={one}>
                {one === '0' ? say('task.now') : say('transport.inMinutes', { minutes: one })}
              </option>
            ))}
          </select>
        </div>
        <input
          className="input"
          aria-label={say('transport.note')}
          placeholder={say('transport.note')}
          maxLength={200}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        {isolation !== undefined && <Tag kind="abn">! {isolation}</Tag>}
        <Button kind="primary" type="submit" disabledBecause={whyNot} onPress={() => void order()}>
          {say('transport.send')}
        </Button>
        <ActNote act={act} />
      </form>
      {items.slice(0, 5).map((task) => {
        const one = readTransport(asJson(task));
        return (
          <p className="row" key={one.id}>
            <span className="nowrap">{showMoment(one.at, language, today)}</span>
            <span className="grow">{one.to}</span>
            <Tag kind={one.state === 'delivered' || one.state === 'cancelled' ? 'quiet' : 'plain'}>
              {say(stateTexts[one.state])}
            </Tag>
          </p>
        );
      })}
    </Panel>
  );
}
