import { Link, Outlet, useParams } from '@tanstack/react-router';
import { isFault } from '../../link/fault.ts';
import { clearChange } from '../../link/events.ts';
import { usePartState } from '../../link/part-state.ts';
import { patientParts } from '../../link/patient-parts.ts';
import { usePart } from '../../link/queries.ts';
import { useNow } from '../../parts/clock.ts';
import { showDayAndTime } from '../../parts/format/date.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { caveShort } from '../record/cave.ts';
import { showCpr } from '../record/person.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { Banner } from './banner.tsx';
import { PageTitle } from './page-title.tsx';

const tabs = [
  { to: '/patient/$patient', text: 'tabs.overview', key: undefined },
  { to: '/patient/$patient/medication', text: 'tabs.medication', key: 'F8' },
  { to: '/patient/$patient/results', text: 'tabs.results', key: 'F9' },
  { to: '/patient/$patient/notes', text: 'tabs.notes', key: undefined },
  { to: '/patient/$patient/diagnoses', text: 'tabs.diagnoses', key: undefined },
  { to: '/patient/$patient/course', text: 'tabs.course', key: undefined },
] as const;

export function PatientFrame() {
  const { patient } = useParams({ from: '/clinic/patient/$patient' });
  // The key: another patient gets a page of their own, with no state left of the last one's.
  return <OnePatient key={patient} patient={patient} />;
}

function OnePatient({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const answer = usePart(patient, 'person');
  const { person, stay, cave } = usePatientFacts(patient);
  clearChangeSoon(patient);
  if (isFault(answer.error, 'missing') && person === undefined) {
    return (
      <div className="alone">
        <PageTitle title={say('app.name')} />
        <h1>{say('patient.missing')}</h1>
        <Link to="/" className="button">
          {say('notFound.home')}
        </Link>
      </div>
    );
  }
  const bed = stay?.bed?.name;
  const state = usePartState(patientParts.stays.limitMinutes, answer);
  const asOf = say('print.asOf', {
    time: state.asOf === undefined ? '–' : showDayAndTime(state.asOf, language),
    printed: showDayAndTime(today, language),
  });
  const heading = [
    person?.name,
    person?.cpr === undefined ? person?.birthDate : showCpr(person.cpr),
    stay?.ward?.name,
    bed,
    cave === undefined
      ? undefined
      : cave.kind === 'known'
        ? `CAVE ${caveShort(cave).join(', ')}`
        : say(cave.kind === 'none' ? 'cave.none' : 'cave.unasked'),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
  return (
    <>
      <PageTitle
        title={[bed, person?.initials, say('app.name')]
          .filter((part) => part !== undefined && part !== '')
          .join(' ')}
        mark={person?.initials}
      />
      <Banner patient={patient} />
      <nav className="tabs" aria-label={say('tabs.label')}>
        {tabs.map((tab) => (
          <Link
            key={tab.to}
            to={tab.to}
            params={{ patient }}
            activeOptions={{
              exact: tab.key === undefined && tab.text === 'tabs.overview',
              includeSearch: false,
            }}
            activeProps={{ className: 'on', 'aria-current': 'page' }}
          >
            {say(tab.text)}
            {tab.key !== undefined && <kbd>{tab.key}</kbd>}
          </Link>
        ))}
      </nav>
      <Sheet heading={heading} asOf={asOf}>
        <Outlet />
      </Sheet>
    </>
  );
}

/** Opening the chart is looking: the board's mark for this patient goes. After drawing, not while drawing. */
function clearChangeSoon(patient: string): void {
  queueMicrotask(() => clearChange(patient));
}
