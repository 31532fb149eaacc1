/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- Ctrl+Enter belongs to the whole form */
import type { Flag } from '@medplum/fhirtypes';
import {
  isLevelFlag,
  levelElements,
  levels,
  readLevel,
  talks,
  type Talk,
} from '#fhir/treatment-level/level.ts';
import type { Change } from '../../link/act.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { fhirMoment, instantOf, showMoment } from '../../parts/format/date.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { useLanguage, useText, type Say, type TextKey } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { wordsOf } from '../record/coding.ts';
import { asJson } from '../record/early-warning.ts';
import { useKeptForm } from '../record/kept-form.ts';
import { currentRights } from '../record/role.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import { performerOf } from '../vitals/use-set.ts';
import { KeptSince } from './kept-since.tsx';

const levelTexts: Readonly<Record<string, TextKey>> = {
  full: 'level.full',
  'no-resuscitation': 'level.noResuscitation',
  'no-intensive': 'level.noIntensive',
  'no-resuscitation-no-intensive': 'level.noResuscitationNoIntensive',
  palliative: 'level.palliative',
};
const talkTexts = {
  patient: 'level.patient',
  relatives: 'level.relatives',
  both: 'level.both',
  'not-possible': 'level.notPossible',
} as const satisfies Record<Talk, TextKey>;

function levelWords(flag: Flag, say: Say): string {
  const key = levelTexts[readLevel(asJson(flag)).level?.id ?? ''];
  return key === undefined ? wordsOf(flag.code) : say(key);
}

/** How far the patient is treated: what holds, who decided it and why, what held before; and for a doctor, another one. */
export function LevelPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const { items, state } = useItems(patient, 'flags', 'Flag');
  const all = items
    .filter((flag) => isLevelFlag(asJson(flag)) && flag.status !== 'entered-in-error')
    .toSorted((a, b) => (b.period?.start ?? '').localeCompare(a.period?.start ?? ''));
  const current = all.filter(({ status }) => status === 'active');
  const earlier = all.filter(({ status }) => status !== 'active');
  return (
    <Panel title={say('level.title')} state={state} className="level-panel">
      {current.length === 0 && <Nothing text={say('level.none')} />}
      {current.map((flag) => (
        <Decided key={flag.id} flag={flag} />
      ))}
      <LevelForm patient={patient} current={current} />
      {earlier.length > 0 && (
        <details>
          <summary>
            {say('level.history')} ({earlier.length})
          </summary>
          {earlier.map((flag) => (
            <Decided key={flag.id} flag={flag} />
          ))}
        </details>
      )}
    </Panel>
  );
}

function Decided({ flag }: { readonly flag: Flag }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { reason, talk } = readLevel(asJson(flag));
  const moment = (text: string | undefined) => {
    const at = instantOf(text);
    return at === undefined ? '' : showMoment(at, language, today);
  };
  return (
    <div className="level-decided">
      <p>
        <b>{levelWords(flag, say)}</b>{' '}
        <span className="muted">
          {say('level.by', { who: flag.author?.display ?? '', time: moment(flag.period?.start) })}{' '}
          {flag.period?.end !== undefined && say('level.until', { time: moment(flag.period.end) })}
        </span>
      </p>
      <p>
        {reason ?? say('level.noReason')}
        {talk !== undefined && (
          <span className="muted"> · {say('level.talked', { whom: say(talkTexts[talk]) })}</span>
        )}
      </p>
    </div>
  );
}

const keptAs = { kind: 'level', part: 'flags', empty: { level: '', talk: '', reason: '' } } as const;

/** One press for the level, one for the talk, the reason, and the signature. */
function LevelForm({ patient, current }: { readonly patient: string; readonly current: readonly Flag[] }) {
  const say = useText();
  const form = useKeptForm(patient, keptAs);
  const { reason } = form.fields;
  const level = levels.find(({ id }) => id === form.fields.level);
  const talk = talks.find((one) => one === form.fields.talk);
  const { stay } = usePatientFacts(patient);
  const session = queries.getQueryData<Session | null>(keys.session);
  const noRight = currentRights().adjusts ? undefined : say('level.doctorsOnly');
  const whyNot =
    noRight ??
    (form.underway
      ? say('act.underway')
      : level === undefined
        ? say('level.needsLevel')
        : talk === undefined
          ? say('level.needsTalk')
          : reason.trim().length < 3
            ? say('level.needsReason')
            : undefined);

  async function decide() {
    if (whyNot !== undefined || level === undefined || talk === undefined) return;
    const moment = now();
    const at = fhirMoment(moment);
    const flag = {
      resourceType: 'Flag',
      status: 'active',
      ...levelElements(level, reason.trim(), talk),
      subject: { reference: `Patient/${patient}` },
      ...(stay !== undefined &&
        stay.status !== 'planned' && { encounter: { reference: `Encounter/${stay.id}` } }),
      period: { start: at },
      author: performerOf(session),
    } as Flag;
    const title = say('level.act', { level: say(levelTexts[level.id] ?? 'level.title') });
    const changes: readonly Change[] = [
      ...current.map((old) => ({
        method: 'PUT' as const,
        url: `Flag/${old.id ?? ''}`,
        version: old.meta?.versionId,
        resource: { ...old, status: 'inactive', period: { ...old.period, end: at } } as Flag,
      })),
      { method: 'POST', url: 'Flag', resource: flag },
    ];
    await form.send(title, changes, moment);
  }

  return (
    <form
      className="level-form no-print"
      aria-label={say('level.change')}
      onSubmit={(event) => {
        event.preventDefault();
        void decide();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) void decide();
        if (event.key === 'Escape') form.drop();
      }}
    >
      <fieldset className="level-choices" aria-label={say('level.change')}>
        {levels.map((one) => (
          <button
            key={one.id}
            type="button"
            className="button"
            aria-pressed={one === level}
            aria-disabled={noRight !== undefined || undefined}
            title={noRight}
            onClick={() => noRight === undefined && form.change({ level: one.id })}
          >
            {say(levelTexts[one.id] ?? 'level.title')}
          </button>
        ))}
      </fieldset>
      {level !== undefined && (
        <>
          <p>{say('level.talk')}</p>
          <Segments
            label={say('level.talk')}
            value={talk ?? ''}
            choices={talks.map((one) => ({ value: one, label: say(talkTexts[one]) }))}
            onChoose={(next) => form.change({ talk: next })}
          />
          <label className="field">
            <span>{say('level.reason')}</span>
            <input
              className="input"
              maxLength={400}
              value={reason}
              onChange={(event) => form.change({ reason: event.target.value })}
            />
          </label>
          <div className="stay-buttons">
            <Button
              kind="primary"
              type="submit"
              shortcut="Ctrl ↵"
              disabledBecause={whyNot}
              onPress={() => void decide()}
            >
              {say('level.sign')}
            </Button>
            <Button kind="plain" onPress={form.drop}>
              {say('level.cancel')}
            </Button>
            <KeptSince form={form} />
          </div>
        </>
      )}
      <ActNote
        act={form.act}
        words={({ detail }) => (detail === 'level-active' ? say('level.changedMeanwhile') : undefined)}
      />
    </form>
  );
}
