import { Link } from '@tanstack/react-router';
import { whyNotScored } from '../../../src/fhir/early-warning/score.ts';
import { useNow } from '../../parts/clock.ts';
import { dayOf, instantOf, showMoment, showNearTime, showTime } from '../../parts/format/date.ts';
import { Sign, Tag, Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { caveShort, flagWords } from '../record/cave.ts';
import { hasCode } from '../record/coding.ts';
import { scoredPatient, tableInForce } from '../record/early-warning.ts';
import { EwsTag } from '../record/ews-tag.tsx';
import { isEwsOverdue, type Ews } from '../record/ews.ts';
import { ageShort, sexSign } from '../record/person.ts';
import { staffInitials } from '../record/stay.ts';
import { sexTexts, unscoredTexts } from '../record/texts.ts';
import { BedButton } from '../stay/bed-button.tsx';
import type { BoardRow, NextItem } from './board-rows.ts';

const emptyTexts: Readonly<Partial<Record<BoardRow['kind'], TextKey>>> = {
  unseen: 'board.unseen',
  cleaning: 'bed.cleaning',
  closed: 'bed.closed',
  free: 'bed.free',
};

/** Cells of the board, each telling one thing about one patient. */

export function NameCell({ row, changed }: { readonly row: BoardRow; readonly changed: boolean }) {
  const say = useText();
  const today = useNow();
  const { person, stay } = row;
  if (person === undefined) {
    return (
      <span className={row.kind === 'unseen' ? 'muted' : 'faint'}>
        — {say(emptyTexts[row.kind] ?? 'panel.loading')}
      </span>
    );
  }
  return (
    <span className="name-cell">
      {changed && (
        <span className="changed">
          <Sign sign="●" meaning={say('board.changed')} />
        </span>
      )}
      <Link to="/patient/$patient" params={{ patient: person.id }} tabIndex={-1}>
        {person.name}
      </Link>
      <span className="age">
        {ageShort(person, today, say)} <Sign sign={sexSign[person.sex]} meaning={say(sexTexts[person.sex])} />
      </span>
      {stay?.status === 'leave' && <Tag kind="quiet">{say('stay.onLeave')}</Tag>}
    </span>
  );
}

/** A cell of which nothing is known yet: a dash would say that there is nothing. */
function Waiting() {
  const say = useText();
  return (
    <span className="not-yet">
      <Unseen>{say('panel.loading')}</Unseen>
    </span>
  );
}

export function EwsCell({ row }: { readonly row: BoardRow }) {
  const say = useText();
  if (row.asks === true) return <span className="muted">{say('banner.notOpen')}</span>;
  if (row.person === undefined || (row.ews === undefined && row.kind !== 'patient')) return null;
  return (
    <>
      {/* One and the same link while the scores come: who stands on it stays there. */}
      <Link
        to="/patient/$patient/vitals"
        params={{ patient: row.person.id }}
        tabIndex={-1}
        className="bare"
        data-opens
      >
        {row.waits === true ? (
          <Waiting />
        ) : row.ews === undefined ? (
          <Unscored row={row} />
        ) : (
          <EwsTag ews={row.ews} />
        )}
        <Unseen> {say('ews.openChart')}</Unseen>
      </Link>
      {row.ews !== undefined && <EwsTimes ews={row.ews} />}
    </>
  );
}

function EwsTimes({ ews }: { readonly ews: Ews }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const time = showNearTime(ews.at, language, today);
  const due = ews.nextDue;
  return (
    <>
      {' '}
      {due !== undefined && isEwsOverdue(ews, today) ? (
        <Tag kind="stale" title={say('ews.overdue', { time: showMoment(due, language, today) })}>
          {time}
          <Unseen>{say('ews.overdue', { time: showMoment(due, language, today) })}</Unseen>
        </Tag>
      ) : (
        <span className="muted nowrap">{time}</span>
      )}
      {due !== undefined && !isEwsOverdue(ews, today) && (
        <span className="second muted">
          {say('vitals.next', { time: showNearTime(due, language, today) })}
        </span>
      )}
    </>
  );
}

/** Nobody has measured, or no table is for this patient: that is not the same. */
function Unscored({ row }: { readonly row: BoardRow }) {
  const say = useText();
  const today = useNow();
  const why = whyNotScored(tableInForce(), scoredPatient(row.person?.birthDate, row.conditions, today));
  if (why === undefined) return <span className="faint">–</span>;
  const words = say(unscoredTexts[why], { table: tableInForce().name });
  return (
    <span className="muted" title={words}>
      {say('ews.none')}
      <Unseen> {words}</Unseen>
    </span>
  );
}

export function CaveCell({ row }: { readonly row: BoardRow }) {
  const say = useText();
  if (row.asks === true)
    return (
      <Tag kind="quiet" title={say('board.asksMeaning')}>
        {say('board.asks')}
        <Unseen> {say('board.asksMeaning')}</Unseen>
      </Tag>
    );
  if (row.waits === true) return <Waiting />;
  if (row.person === undefined || row.cave === undefined) return null;
  if (row.cave.kind === 'none') return <span className="faint">{say('cave.noneShort')}</span>;
  if (row.cave.kind === 'unasked') {
    return (
      <span className="muted" title={say('cave.unasked')}>
        {say('cave.unaskedShort')}
      </span>
    );
  }
  const names = caveShort(row.cave);
  return (
    <Tag kind="cave">
      <Unseen>CAVE </Unseen>
      {names.join(', ')}
    </Tag>
  );
}

export function DiagnosisCell({ row }: { readonly row: BoardRow }) {
  const say = useText();
  const isolation = flagWords(row.flags, 'isolation');
  const fall = flagWords(row.flags, 'fall-risk');
  // Full treatment is what everybody expects.
  const level = flagWords(
    row.flags.filter(({ code }) => !hasCode(code, 'full')),
    'treatment-level',
  );
  const extra = [isolation, level, fall].filter((words) => words !== undefined).join(' · ');
  return (
    <span title={`${row.diagnosisCode} ${row.diagnosis} ${extra}`}>
      {/* Before the words that may be cut short: who enters the room must see it. */}
      <span className="only-tight flag-tags">
        {isolation !== undefined && (
          <Tag kind="abn">
            <Sign sign={say('flag.isolationShort')} meaning={isolation} />
          </Tag>
        )}{' '}
        {level !== undefined && (
          <Tag kind="quiet">
            <Sign sign={say('flag.levelShort')} meaning={level} />
          </Tag>
        )}{' '}
        {fall !== undefined && (
          <Tag kind="quiet">
            <Sign sign={say('flag.fallShort')} meaning={fall} />
          </Tag>
        )}{' '}
      </span>
      {row.diagnosisCode !== '' && <span className="faint diagnosis-code">{row.diagnosisCode} </span>}
      {row.diagnosis}
      {extra !== '' && <span className="flag-words second">{extra}</span>}
    </span>
  );
}

export function NextWords({ item, more = 0 }: { readonly item: NextItem; readonly more?: number }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const words = (
    <>
      {showNearTime(item.at, language, today)} {item.words}
      {more > 0 && ` +${more}`}
    </>
  );
  if (item.due && !item.late)
    return (
      <Tag kind="abn">
        <Sign sign="◉" meaning={say('dose.due')} /> {words}
      </Tag>
    );
  if (!item.late) return <span>{words}</span>;
  return (
    <Tag kind="crit-soft">
      <Sign sign="!" meaning={say('dose.late')} /> {words}
    </Tag>
  );
}

export function NextCell({ row }: { readonly row: BoardRow }) {
  const language = useLanguage();
  const today = useNow();
  const say = useText();
  if (row.kind === 'expected')
    return (
      <span>
        {row.stay?.start === undefined
          ? ''
          : say('board.expectedAt', { time: showMoment(row.stay.start, language, today) })}
      </span>
    );
  // A dash would say that nothing is due.
  if (row.asks === true) return <span className="muted">{say('banner.notOpen')}</span>;
  if (row.waits === true) return <Waiting />;
  const [first] = row.next;
  if (first === undefined) return row.kind === 'patient' ? <span className="faint">—</span> : null;
  const late = row.next.filter((item) => item.late).length;
  const [, then] = row.next;
  return (
    <>
      {first.dose === undefined || row.stay === undefined ? (
        <NextWords item={first} more={first.late ? late - 1 : 0} />
      ) : (
        <Link
          to="/patient/$patient/medication"
          params={{ patient: row.stay.patient }}
          search={{ view: 'grid', dose: first.dose }}
          tabIndex={-1}
          className="next-dose"
          onClick={(event) => event.stopPropagation()}
        >
          <NextWords item={first} more={first.late ? late - 1 : 0} />
        </Link>
      )}
      {then !== undefined && (
        <span className="second muted">
          {showNearTime(then.at, language, today)} {then.words}
        </span>
      )}
    </>
  );
}

export function ResultsCell({ row }: { readonly row: BoardRow }) {
  const say = useText();
  if (row.waits === true) return <Waiting />;
  const { count, abnormal, critical } = row.results;
  if (count === 0 || row.person === undefined) return null;
  const meaning = say(
    critical > 0 ? 'board.newCritical' : abnormal > 0 ? 'board.newAbnormal' : 'board.newResults',
    { count, abnormal, critical },
  );
  return (
    <Link
      to="/patient/$patient/results"
      params={{ patient: row.person.id }}
      tabIndex={-1}
      className="bare"
      title={meaning}
      aria-label={meaning}
    >
      <Tag kind={critical > 0 ? 'crit-soft' : abnormal > 0 ? 'abn' : 'new'}>
        {critical > 0 ? `●● ${critical}` : abnormal > 0 ? `● ${abnormal}` : count}
      </Tag>
    </Link>
  );
}

export function ResponsibleCell({ row }: { readonly row: BoardRow }) {
  if (row.stay === undefined) return null;
  if (row.kind === 'expected') return <span>{row.stay.origin}</span>;
  const names = [row.stay.doctor, row.stay.nurse].filter((name) => name !== undefined).join(' / ');
  return (
    <span className="muted" title={names}>
      {staffInitials(row.stay.doctor)} / {staffInitials(row.stay.nurse)}
    </span>
  );
}

export function FlowCell({ row }: { readonly row: BoardRow }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  if (row.place !== undefined) return <BedButton bed={row.place} />;
  // The time stands first: what is cut short is never the time.
  const words: string[] = row.appointments.map(
    (each) => `${showTime(instantOf(each.start) ?? 0)} ${each.description ?? ''}`,
  );
  const end = row.stay?.end;
  if (end !== undefined && row.kind === 'patient')
    words.unshift(
      say('board.dischargeAt', {
        time: dayOf(end) === dayOf(today) ? showTime(end) : showMoment(end, language, today),
      }),
    );
  if (row.kind === 'expected' && row.bed !== '') words.push(say('board.bedReserved', { bed: row.bed }));
  return (
    <span className="flow" title={words.join(' · ')}>
      <span className="only-tight">{words.join(' · ')}</span>
      {words.slice(0, 2).map((each) => (
        <span key={each} className="second">
          {each}
        </span>
      ))}
    </span>
  );
}
