import type { Patient, RelatedPerson } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { findAll } from '../../link/fhir.ts';
import { keys, usePart } from '../../link/queries.ts';
import { useNow } from '../../parts/clock.ts';
import { ageIn } from '../../parts/format/date.ts';
import { Sign } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { anyHasCode, ofType, systems } from '../record/coding.ts';
import { ageWords, personOf, sexSign, showCpr, type Person } from '../record/person.ts';
import { sexTexts } from '../record/texts.ts';

// A newborn and its mother lie in one bed and have two charts: each banner leads to the other.

/** Who may have a newborn here. Outside of it nothing is asked. */
const motherYears = { from: 12, to: 60 } as const;

export const isInfant = (person: Person, today: number): boolean => {
  const age = ageIn(person.birthDate, today);
  return age !== undefined && (age.unit !== 'years' || age.count < 1);
};

export function mayBeMother(person: Person, today: number): boolean {
  const age = ageIn(person.birthDate, today);
  return (
    person.sex === 'female' &&
    person.cpr !== undefined &&
    age?.unit === 'years' &&
    age.count >= motherYears.from &&
    age.count <= motherYears.to
  );
}

/** Mother: Al-Hassan, Trine · 220402-9424, with a link when she has a chart here. */
export function Mother({ patient }: { readonly patient: string }) {
  const say = useText();
  const relatives = usePart(patient, 'relatives');
  const mother = ofType(relatives.data?.resources, 'RelatedPerson').find(isMother);
  const cpr = mother?.identifier?.find((each) => each.system === systems.cpr)?.value;
  const chart = useQuery({
    queryKey: [...keys.patient(patient), 'mother', cpr ?? ''],
    queryFn: () => findAll(`Patient?identifier=${systems.cpr}|${cpr ?? ''}&_count=2`),
    enabled: cpr !== undefined,
  });
  if (mother === undefined) return null;
  const found = ofType(chart.data?.resources, 'Patient');
  const name = mother.name?.[0];
  const words = [name?.family, name?.given?.join(' ')].filter((part) => part !== undefined).join(', ');
  const [only] = found;
  return (
    <div className="banner-field">
      <span className="key">{say('banner.mother')}</span>
      <span className="value">
        {only?.id !== undefined && found.length === 1 ? (
          <Link to="/patient/$patient" params={{ patient: only.id }}>
            {words}
          </Link>
        ) : (
          words
        )}
        {cpr !== undefined && <span className="nowrap">{showCpr(cpr)}</span>}
      </span>
    </div>
  );
}

/** Child: Al-Hassan ♀ 2 døgn, for each newborn that names this patient as its mother. */
export function Children({ patient, cpr }: { readonly patient: string; readonly cpr: string }) {
  const say = useText();
  const today = useNow();
  const answer = useQuery({
    queryKey: [...keys.patient(patient), 'children', cpr],
    queryFn: () =>
      findAll(`RelatedPerson?identifier=${systems.cpr}|${cpr}&_include=RelatedPerson:patient&_count=20`),
  });
  const mine = ofType(answer.data?.resources, 'RelatedPerson').filter(isMother);
  const children = ofType(answer.data?.included, 'Patient')
    .filter((child) => mine.some((each) => each.patient.reference === `Patient/${child.id}`))
    .map((child: Patient) => personOf(child))
    .filter((child) => isInfant(child, today));
  if (children.length === 0) return null;
  return (
    <div className="banner-field">
      <span className="key">{say('banner.child')}</span>
      <span className="value">
        {children.map((child) => (
          <Link key={child.id} to="/patient/$patient" params={{ patient: child.id }}>
            {child.name} <Sign sign={sexSign[child.sex]} meaning={say(sexTexts[child.sex])} />{' '}
            {ageWords(child, today, say)}
          </Link>
        ))}
      </span>
    </div>
  );
}

const isMother = (related: RelatedPerson): boolean =>
  related.active !== false && anyHasCode(related.relationship, 'MTH');
