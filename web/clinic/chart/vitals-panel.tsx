import { newestOfOthers } from '../record/vitals.ts';
import type { Observation } from '@medplum/fhirtypes';
import { useNow } from '../../parts/clock.ts';
import {
  addDays,
  ageYears,
  dayOf,
  momentOn,
  showDayOfYear,
  showMoment,
  showShortDay,
  showTime,
} from '../../parts/format/date.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Tag, Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ewsLevel, ewsOf, isEws, isEwsOverdue, isSingle } from '../record/ews.ts';
import { wordsOf } from '../record/coding.ts';
import { showUnit } from '../../parts/format/number.ts';
import { numberOf, takenAt, valueText } from '../record/results.ts';
import { EwsTag } from '../record/ews-tag.tsx';
import { vitalTexts } from '../record/texts.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import {
  bandOf,
  curveKinds,
  isOutside,
  pointsOf,
  vitalsOf,
  vitalsSpan,
  type CurveKind,
} from '../record/vitals.ts';

export function VitalsPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { items, state } = useItems(patient, 'vitals', 'Observation');
  const { person } = usePatientFacts(patient);
  const years = ageYears(person?.birthDate, today);
  const span = vitalsSpan(items, today);
  const ews = ewsOf(items);
  const newest = Math.max(0, ...items.map(takenAt));
  const scores = items
    .filter((each) => isEws(each) && takenAt(each) >= span.from)
    .sort((a, b) => takenAt(a) - takenAt(b))
    .slice(-8);
  const singles = newestOfOthers(items);
  const ticks = span.recent ? halfDays(span.from, span.to) : [];
  const drawn = curveKinds.some((kind) => vitalsOf(items, kind).some((each) => takenAt(each) >= span.from));
  const any =
    singles.length > 0 || curveKinds.some((kind) => vitalsOf(items, kind).length > 0) || ews !== undefined;
  return (
    <Panel
      title={span.recent ? say('vitals.title') : say('vitals.titleOld')}
      state={state}
      className="vitals"
      beside={
        any &&
        !span.recent && (
          <Tag kind="quiet">
            {say('vitals.oldSpan', {
              from: showShortDay(span.from, language, today),
              to: showShortDay(span.to, language, today),
            })}
          </Tag>
        )
      }
      aside={
        any && (
          <span className="muted small">
            {say('vitals.measured', { time: showMoment(newest, language, today) })}
            {ews?.nextDue !== undefined && (
              <>
                {' · '}
                {isEwsOverdue(ews, today) ? (
                  <Tag kind="stale">
                    {say('vitals.overdue', { time: showMoment(ews.nextDue, language, today) })}
                  </Tag>
                ) : (
                  say('vitals.next', { time: showMoment(ews.nextDue, language, today) })
                )}
              </>
            )}
          </span>
        )
      }
    >
      {!any && <Nothing />}
      <div className="curves">
        {curveKinds.map((kind) => (
          <Curve
            key={kind}
            kind={kind}
            all={items}
            from={span.from}
            to={span.to}
            ticks={ticks}
            years={years}
          />
        ))}
        {drawn && <Axis from={span.from} to={span.to} ticks={ticks} recent={span.recent} />}
        {ews !== undefined && (
          <>
            <span className="muted">{say('board.ews')}</span>
            <span className="scores">
              {scores.toReversed().map((each) => {
                const score = numberOf(each) ?? 0;
                return (
                  <span key={each.id} title={showMoment(takenAt(each), language, today)}>
                    <Tag kind={ewsLevel(score, isSingle(each))}>{score}</Tag>
                    <small className="muted">{showMoment(takenAt(each), language, takenAt(each))}</small>
                  </span>
                );
              })}
            </span>
            <span className="right">
              <EwsTag ews={ews} />
            </span>
          </>
        )}
        {singles.map((each) => (
          <Single key={each.id} observation={each} />
        ))}
      </div>
    </Panel>
  );
}

/** The hours that all curves share: midnight with its date, noon, and at the right: now. */
function Axis({
  from,
  to,
  ticks,
  recent,
}: {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly recent: boolean;
}) {
  const say = useText();
  const language = useLanguage();
  const share = (at: number) => (at - from) / (to - from || 1);
  return (
    <>
      <span />
      <span className="axis" aria-hidden="true">
        {ticks
          // Beside the ends there is no room for another word.
          .filter((tick) => share(tick) > 0.06 && share(tick) < 0.86)
          .map((tick) => (
            <small key={tick} style={{ left: `${(share(tick) * 100).toFixed(1)}%` }}>
              {showTime(tick) === '00:00' ? showDayOfYear(tick, language) : showTime(tick).slice(0, 2)}
            </small>
          ))}
        {recent ? (
          <small className="axis-end">{say('vitals.now')}</small>
        ) : (
          <>
            <small className="axis-start">{showShortDay(from, language, to)}</small>
            <small className="axis-end">{showShortDay(to, language, from)}</small>
          </>
        )}
      </span>
      <span />
    </>
  );
}

/** Every noon and midnight of the place between two moments. */
function halfDays(from: number, to: number): readonly number[] {
  const found: number[] = [];
  for (let day = dayOf(from); day <= dayOf(to); day = addDays(day, 1))
    found.push(momentOn(day, '00:00'), momentOn(day, '12:00'));
  return found.filter((at) => at > from && at < to);
}

function Curve({
  kind,
  all,
  from,
  to,
  ticks,
  years,
}: {
  readonly kind: CurveKind;
  readonly all: readonly Observation[];
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly years: number | undefined;
}) {
  const say = useText();
  const language = useLanguage();
  const values = vitalsOf(all, kind);
  const shown = values.filter((each) => takenAt(each) >= from && takenAt(each) <= to + 60_000);
  const newest = values.at(-1);
  if (newest === undefined) return null;
  const band = bandOf(kind, years);
  const oxygen =
    kind === 'saturation'
      ? vitalsOf(all, 'oxygen').findLast((each) => Math.abs(takenAt(each) - takenAt(newest)) < 5 * 60_000)
      : undefined;
  const text = `${valueText(newest, language)}${(oxygen?.valueQuantity?.value ?? 0) === 0 || oxygen === undefined ? '' : ` · ${valueText(oxygen, language)} l O₂`}`;
  const outside = isOutside(kind, newest, years);
  const high = outside && band?.high !== undefined && (numberOf(newest) ?? 0) > band.high;
  return (
    <>
      <span className="muted">
        {say(vitalTexts[kind])}{' '}
        <small className="faint">
          {showUnit(newest.valueQuantity?.unit ?? newest.component?.[0]?.valueQuantity?.unit ?? '')}
        </small>
      </span>
      <Sparkline
        points={pointsOf(shown)}
        from={from}
        to={to}
        ticks={ticks}
        low={band?.low}
        high={band?.high}
        label={say('vitals.curve', { name: say(vitalTexts[kind]), count: shown.length, value: text })}
      />
      <span className="right">
        {outside ? (
          <Tag kind="abn">
            {text} <span aria-hidden="true">{high ? '▲' : '▼'}</span>
            <Unseen>{say(high ? 'mark.high' : 'mark.low')}</Unseen>
          </Tag>
        ) : (
          <b>{text}</b>
        )}
      </span>
    </>
  );
}

function Single({ observation }: { readonly observation: Observation }) {
  const language = useLanguage();
  const today = useNow();
  return (
    <>
      <span className="muted">{wordsOf(observation.code)}</span>
      <span className="faint right nowrap">{showShortDay(takenAt(observation), language, today)}</span>
      <b className="right" title={valueText(observation, language, true)}>
        {valueText(observation, language)} {showUnit(observation.valueQuantity?.unit ?? '')}
      </b>
    </>
  );
}
