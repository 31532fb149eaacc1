import type { Observation } from '@medplum/fhirtypes';
import { useState } from 'react';
import { readFluid } from '#fhir/fluid-balance/kinds.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { fhirMoment, showMoment, showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { asJson } from '../record/early-warning.ts';
import { performerOf } from '../vitals/use-set.ts';
import { kindTexts, showMl } from './fluid-words.ts';
import type { Cell } from './fluid-grid.tsx';

/** What was entered in one cell, by whom; and the two steps by which a wrong entry leaves the sums and not the history. */
export function CellDetail({
  patient,
  cell,
  observations,
  whyNot,
}: {
  readonly patient: string;
  readonly cell: Cell;
  readonly observations: readonly Observation[];
  readonly whyNot: string | undefined;
}) {
  const say = useText();
  const time = showTime(cell.hour.from);
  const title = say('fluid.entries', { kind: say(kindTexts[cell.kind.id] ?? 'fluid.title'), time });
  const own = observations.flatMap((observation) => {
    const read = readFluid(asJson(observation));
    return 'entry' in read &&
      read.entry.kind === cell.kind &&
      read.entry.at >= cell.hour.from &&
      read.entry.at < cell.hour.until
      ? [{ observation, milli: read.entry.milli, at: read.entry.at }]
      : [];
  });
  return (
    <section className="panel fluid-detail no-print" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      <div className="panel-body">
        {own.length === 0 && <p className="nothing">{say('fluid.unmeasured')}</p>}
        {own.map((one) => (
          <EntryRow key={one.observation.id} patient={patient} whyNot={whyNot} {...one} />
        ))}
      </div>
    </section>
  );
}

function EntryRow({
  patient,
  observation,
  milli,
  at,
  whyNot,
}: {
  readonly patient: string;
  readonly observation: Observation;
  readonly milli: number;
  readonly at: number;
  readonly whyNot: string | undefined;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const act = useAct(patient);
  const [why, setWhy] = useState<string>();
  const isWrong = observation.status === 'entered-in-error';
  const no = whyNot ?? (act.state === undefined ? undefined : say('act.underway'));
  const whyNotSure = no ?? (why === undefined || why.trim().length < 3 ? say('fluid.why') : undefined);

  async function mark() {
    if (whyNotSure !== undefined || why === undefined) return;
    const session = queries.getQueryData<Session | null>(keys.session);
    const note = { text: why.trim(), time: fhirMoment(now()), authorReference: performerOf(session) };
    const resource: Observation = {
      ...observation,
      status: 'entered-in-error',
      note: [...(observation.note ?? []), note],
    };
    const url = `Observation/${observation.id ?? ''}`;
    const version = observation.meta?.versionId;
    if ((await act.send(say('fluid.wrongAct'), [{ method: 'PUT', url, version, resource }])) !== undefined)
      setWhy(undefined);
  }

  return (
    <div className="fluid-entry">
      <p className="row">
        <b className={isWrong ? 'struck' : ''}>{say('fluid.ml', { amount: showMl(milli, language) })}</b>
        <span className="grow muted">
          {showMoment(at, language, today)} {observation.performer?.[0]?.display}
        </span>
        {!isWrong && why === undefined && (
          <Button kind="plain" disabledBecause={no} onPress={() => setWhy('')}>
            {say('fluid.wrong')}
          </Button>
        )}
      </p>
      {isWrong && (
        <p>
          <Tag kind="quiet">{say('fluid.marked', { why: observation.note?.at(-1)?.text ?? '' })}</Tag>
        </p>
      )}
      {why !== undefined && (
        <form
          className="fluid-wrong"
          onSubmit={(event) => {
            event.preventDefault();
            void mark();
          }}
        >
          <input
            className="input"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the reason is asked for because somebody said that it was wrong
            autoFocus
            aria-label={say('fluid.why')}
            placeholder={say('fluid.why')}
            maxLength={200}
            value={why}
            onChange={(event) => setWhy(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setWhy(undefined)}
          />
          <Button kind="primary" type="submit" disabledBecause={whyNotSure} onPress={() => void mark()}>
            {say('fluid.wrongNow')}
          </Button>
          <Button kind="plain" onPress={() => setWhy(undefined)}>
            {say('fluid.keep')}
          </Button>
        </form>
      )}
      <ActNote act={act} />
    </div>
  );
}
