import type { ReactNode } from 'react';
import { isOpenFor, type Depth } from '../../link/access.ts';
import { isRefusedBy } from '../../link/fault.ts';
import { useAccess, usePart } from '../../link/queries.ts';
import { patientParts } from '../../link/patient-parts.ts';
import { usePartState } from '../../link/part-state.ts';
import { useNow } from '../../parts/clock.ts';
import { showDate, showMoment, showShortDay } from '../../parts/format/date.ts';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { caveWords, flagWords, otherFlags, type Cave } from '../record/cave.ts';
import { wordsOf } from '../record/coding.ts';
import { ageWords, sexSign, showCpr, type Person } from '../record/person.ts';
import { dayOfStay, type Stay } from '../record/stay.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { EwsTag } from '../record/ews-tag.tsx';
import { sexTexts } from '../record/texts.ts';
import { Children, isInfant, mayBeMother, Mother } from './family.tsx';
import { usePlaceName } from './places.ts';

/** Who this is. Never scrolls away, and wraps rather than cuts. */
export function Banner({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const depth = useAccess(patient).data?.depth;
  const { person, stay, cave, flags, ews } = usePatientFacts(patient);
  const answers = [
    usePart(patient, 'person'),
    usePart(patient, 'cave'),
    usePart(patient, 'stays'),
    usePart(patient, 'flags'),
    usePart(patient, 'vitals'),
  ] as const;
  const state = usePartState(patientParts.cave.limitMinutes, ...answers);
  const level = flagWords(flags, 'treatment-level');
  const isolation = flagWords(flags, 'isolation');
  const others = otherFlags(flags);
  return (
    <section className={`banner ${state.failed ? 'failed' : ''}`} aria-label={say('banner.label')}>
      <WhoAndWhere person={person} stay={stay} depth={depth} />
      {person?.cpr !== undefined && (
        <Field name={say(/[A-Z]/.test(person.cpr) ? 'banner.replacement' : 'banner.cpr')}>
          {showCpr(person.cpr)}
        </Field>
      )}
      {person !== undefined && person.cpr === undefined && (
        <Field name={say('person.born')}>{showDate(person.birthDate, language)}</Field>
      )}
      {stay?.start !== undefined && (
        <Field name={stay.status === 'planned' ? say('banner.expected') : say('banner.admitted')}>
          {stay.status === 'planned'
            ? showMoment(stay.start, language, today)
            : say('banner.day', {
                day: dayOfStay(stay, today) ?? 1,
                date: showShortDay(stay.start, language, today),
              })}
          {stay.status === 'leave' && <Tag kind="quiet">{say('stay.onLeave')}</Tag>}
        </Field>
      )}
      <Field name={say('banner.cave')}>
        {depth !== undefined && depth !== 'chart' ? (
          <span className="muted">{say('banner.notOpen')}</span>
        ) : isRefusedBy(answers[1].error, 'role') ? (
          <span className="muted">{say('banner.notForRole')}</span>
        ) : answers[1].isError && cave === undefined ? (
          <Tag kind="stale">{say('panel.failed')}</Tag>
        ) : (
          <CaveTag cave={cave} />
        )}
      </Field>
      {ews !== undefined && (
        <Field name={say('banner.ews', { time: showMoment(ews.at, language, today) })}>
          <EwsTag ews={ews} />
        </Field>
      )}
      {level !== undefined && <Field name={say('banner.level')}>{level}</Field>}
      {isolation !== undefined && (
        <Field name={say('banner.isolation')}>
          <Tag kind="abn">
            <Sign sign="!" meaning={say('banner.isolation')} /> {isolation}
          </Tag>
        </Field>
      )}
      {others.length > 0 && (
        <Field name={say('banner.flags')}>{others.map((flag) => wordsOf(flag.code)).join(', ')}</Field>
      )}
      {depth === 'chart' && person !== undefined && isInfant(person, today) && <Mother patient={patient} />}
      {depth === 'chart' && person?.cpr !== undefined && mayBeMother(person, today) && (
        <Children patient={patient} cpr={person.cpr} />
      )}
      <span className="grow" />
      {stay !== undefined && (stay.doctor ?? stay.nurse) !== undefined && (
        <Field name={say('banner.responsible')}>
          {[stay.doctor, stay.nurse].filter((name) => name !== undefined).join(' / ')}
        </Field>
      )}
      {state.failed && cave !== undefined && <Tag kind="stale">{say('banner.failed')}</Tag>}
      {state.stale && !state.failed && <Tag kind="stale">{say('banner.stale')}</Tag>}
    </section>
  );
}

function WhoAndWhere({
  person,
  stay,
  depth,
}: {
  readonly person: Person | undefined;
  readonly stay: Stay | undefined;
  readonly depth: Depth | undefined;
}) {
  const say = useText();
  const today = useNow();
  const bedName = usePlaceName(stay?.bed?.name === undefined ? stay?.bed?.id : undefined);
  const wardName = usePlaceName(stay?.ward?.name === undefined ? stay?.ward?.id : undefined);
  const place = [stay?.bed?.name ?? bedName, stay?.ward?.name ?? wardName]
    .filter((name) => name !== undefined)
    .join(' · ');
  if (depth === 'none')
    return (
      <div className="banner-who">
        <span className="key">{say('banner.guardedMeaning')}</span>
        <h1>{say('banner.guarded')}</h1>
      </div>
    );
  if (person === undefined) return <div className="banner-who">{say('panel.loading')}</div>;
  return (
    <div className="banner-who">
      <span className="key">
        {stay !== undefined
          ? place
          : say(depth !== undefined && isOpenFor(depth, 'stay') ? 'banner.noStay' : 'banner.stayNotOpen')}
      </span>
      <h1>
        {person.family === '' ? person.name : `${person.family.toUpperCase()}, ${person.given}`}{' '}
        <small>
          <Sign sign={sexSign[person.sex]} meaning={say(sexTexts[person.sex])} />{' '}
          {ageWords(person, today, say)}
          {person.deceased && ` · ${say('banner.deceased')}`}
        </small>
      </h1>
    </div>
  );
}

export function CaveTag({ cave }: { readonly cave: Cave | undefined }) {
  const say = useText();
  if (cave === undefined) return <span className="muted">…</span>;
  if (cave.kind === 'none') return <span>{say('cave.none')}</span>;
  if (cave.kind === 'unasked') {
    return (
      <Tag kind="abn">
        <span aria-hidden="true">? </span>
        {say('cave.unasked')}
      </Tag>
    );
  }
  return (
    <span className="tags">
      {cave.items.map((item) => (
        <Tag key={item.id} kind="cave">
          {caveWords(item)}
        </Tag>
      ))}
    </span>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="banner-field">
      <span className="key">{name}</span>
      <span className="value">{children}</span>
    </div>
  );
}
