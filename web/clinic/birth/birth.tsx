import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { progressOf } from '../../../src/fhir/partogram/course.ts';
import { partogramTable as table } from '../../../src/fhir/partogram/table.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showMoment } from '../../parts/format/date.ts';
import { showNumber } from '../../parts/format/number.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { AsOf, FailedNote, Loaded } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { Tag, type TagKind } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import danish from '../../texts/birth/da.json';
import english from '../../texts/birth/en.json';
import { currentRights } from '../record/role.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import './birth.css';
import { labourOf, type Labour } from './labour-model.ts';
import { LookDetail } from './look-detail.tsx';
import { LookEntry } from './look-entry.tsx';
import { LookTable } from './look-table.tsx';
import { lateSince, PartogramChart } from './partogram-chart.tsx';

/** The birth: its partogram, and the examinations that it is drawn from. */
export function BirthPage() {
  return (
    <MoreTexts danish={danish} english={english}>
      <Birth />
    </MoreTexts>
  );
}

function Birth() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/birth' });
  const { entry } = useSearch({ from: '/clinic/patient/$patient/birth' });
  const navigate = useNavigate({ from: '/patient/$patient/birth' });
  const say = useText();
  const today = useNow();
  const found = useItems(patient, 'labour', 'Observation');
  const vitals = useItems(patient, 'vitals', 'Observation');
  const { stay } = usePatientFacts(patient);
  const [withWrong, setWithWrong] = useState(false);
  const [chosen, setChosen] = useState<string>();
  // Without a stay now: the last birth that was followed.
  const stayId =
    stay !== undefined && stay.status !== 'planned'
      ? stay.id
      : [...found.items]
          .sort((a, b) => (instantOf(b.effectiveDateTime) ?? 0) - (instantOf(a.effectiveDateTime) ?? 0))[0]
          ?.encounter?.reference?.replace('Encounter/', '');
  const labour = useMemo(
    () => labourOf(found.items, vitals.items, stayId ?? '', withWrong),
    [found.items, vitals.items, stayId, withWrong],
  );
  const look = labour.looks.find(({ key }) => key === chosen);
  const words = useProgressWords(labour);
  const whyNot = !currentRights().measures
    ? say('entry.notYours')
    : stay === undefined || stay.status === 'planned'
      ? say('labour.noStay')
      : undefined;
  const open = (next: boolean) => void navigate({ search: next ? { entry: 'open' } : {}, replace: true });
  return (
    <div className="work">
      <div className="bar">
        {entry === undefined && (
          <Button kind="primary" disabledBecause={whyNot} onPress={() => open(true)}>
            {say('labour.examine')}
          </Button>
        )}
        <Progress labour={labour} now={today} words={words} isHere={found.state.asOf !== undefined} />
        {labour.wrongCount > 0 && (
          <Button expanded={withWrong} onPress={() => setWithWrong(!withWrong)}>
            {say(withWrong ? 'chart.hideWrong' : 'chart.showWrong', { count: labour.wrongCount })}
          </Button>
        )}
        {labour.unread > 0 && <Tag kind="stale">{say('labour.unread', { count: labour.unread })}</Tag>}
        <span className="grow" />
        <AsOf state={found.state} />
        <PrintButton />
      </div>
      {entry !== undefined && found.state.asOf !== undefined && (
        <LookEntry patient={patient} labour={labour} onClose={() => open(false)} />
      )}
      <div className={`birth-page ${look === undefined ? '' : 'with-side'}`}>
        <section className={`panel ${found.state.failed ? 'failed' : ''}`} aria-label={say('labour.chart')}>
          <FailedNote state={found.state} />
          <Loaded state={found.state}>
            {labour.looks.length === 0 ? (
              <p className="nothing">{say('labour.none')}</p>
            ) : (
              <>
                <p className="print-only">{words.join(' ')}</p>
                <div className="partogram-fit">
                  <PartogramChart labour={labour} table={table} now={today} label={words.join(' ')} />
                </div>
                <LookTable labour={labour} chosen={look?.key} onChoose={setChosen} />
              </>
            )}
            <p className="muted small inset">
              {say('labour.table', {
                name: table.name,
                version: table.version,
                from: table.activeFromCm,
                rate: table.alertCmPerHour,
                hours: table.actionHoursLater,
              })}
            </p>
          </Loaded>
        </section>
        {look !== undefined && (
          <LookDetail key={look.key} patient={patient} look={look} onClose={() => setChosen(undefined)} />
        )}
      </div>
    </div>
  );
}

const progressTexts = {
  latent: 'labour.latent',
  'left-of-alert': 'labour.left',
  'past-alert': 'labour.pastAlert',
  'past-action': 'labour.pastAction',
  full: 'labour.full',
} as const satisfies Record<string, TextKey>;
const progressTags: Readonly<Record<string, TagKind>> = { 'past-alert': 'abn', 'past-action': 'crit' };

/** How it goes, and what was not looked at for too long. */
function useProgressWords(labour: Labour): readonly string[] {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const time = (at: number) => showMoment(at, language, today);
  const born = labour.happened.filter(({ kind }) => kind === 'birth');
  if (born.length > 0) return [born.map(({ at }) => say('labour.bornAt', { time: time(at) })).join(' · ')];
  const progress = progressOf(labour.dilatation, table);
  const late = lateSince(labour.dilatation, today, table.examineEveryMinutes);
  const hearts = [labour.heart.A, ...(labour.twins ? [labour.heart.B] : [])];
  const silent = hearts.map((points) => lateSince(points, today, table.listenEveryMinutes));
  return [
    progress.kind === 'unseen'
      ? say('labour.unseen')
      : say(progressTexts[progress.kind], {
          value: showNumber(String(progress.last.value), language),
          time: time(progress.last.at),
          from: table.activeFromCm,
        }),
    ...(late === undefined ? [] : [say('labour.late', { time: time(late) })]),
    ...(hearts.some((points) => points.length === 0) ? [say('labour.heartNever')] : []),
    ...silent.flatMap((at) => (at === undefined ? [] : [say('labour.heartLate', { time: time(at) })])),
  ];
}

function Progress({
  labour,
  now,
  words: [first, ...late],
  isHere,
}: {
  readonly labour: Labour;
  readonly now: number;
  readonly words: readonly string[];
  readonly isHere: boolean;
}) {
  if (!isHere || labour.looks.length === 0) return null;
  const isBorn = labour.happened.some(({ kind, at }) => kind === 'birth' && at <= now);
  const kind = isBorn ? undefined : progressTags[progressOf(labour.dilatation, table).kind];
  return (
    <>
      {kind === undefined ? <b>{first}</b> : <Tag kind={kind}>{first}</Tag>}
      {late.map((text) => (
        <Tag kind="stale" key={text}>
          {text}
        </Tag>
      ))}
    </>
  );
}
