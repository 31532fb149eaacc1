import { Link, Outlet, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { isFault } from '../../link/fault.ts';
import { clearChange } from '../../link/events.ts';
import { usePartState } from '../../link/part-state.ts';
import { patientParts } from '../../link/patient-parts.ts';
import { useAccessUntilItCloses, usePart } from '../../link/queries.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { ageYears, showDayAndTime } from '../../parts/format/date.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { AppsMenu } from '../apps/apps-menu.tsx';
import { caveShort } from '../record/cave.ts';
import { Asking, isClosed } from '../glass/asking.tsx';
import { OpenStrip } from '../glass/open-strip.tsx';
import { MergedStrip } from '../merge/merged-strip.tsx';
import { showCpr } from '../record/person.ts';
import { currentRights, type ChartPage } from '../record/role.ts';
import { StayButton } from '../stay/stay-button.tsx';
import { usePatientFacts } from '../record/use-patient.ts';
import { Banner } from './banner.tsx';
import { PageTitle } from './page-title.tsx';

const tabs = [
  { page: 'overview', to: '/patient/$patient', text: 'tabs.overview', key: undefined },
  { page: 'vitals', to: '/patient/$patient/vitals', text: 'tabs.vitals', key: undefined },
  { page: 'fluids', to: '/patient/$patient/fluids', text: 'tabs.fluids', key: undefined },
  { page: 'birth', to: '/patient/$patient/birth', text: 'tabs.birth', key: undefined },
  { page: 'medication', to: '/patient/$patient/medication', text: 'tabs.medication', key: 'F8' },
  { page: 'results', to: '/patient/$patient/results', text: 'tabs.results', key: 'F9' },
  { page: 'orders', to: '/patient/$patient/orders', text: 'tabs.orders', key: 'F2' },
  { page: 'notes', to: '/patient/$patient/notes', text: 'tabs.notes', key: undefined },
  { page: 'letters', to: '/patient/$patient/letters', text: 'tabs.letters', key: undefined },
  { page: 'care', to: '/patient/$patient/care', text: 'tabs.care', key: undefined },
  { page: 'diagnoses', to: '/patient/$patient/diagnoses', text: 'tabs.diagnoses', key: undefined },
  { page: 'course', to: '/patient/$patient/course', text: 'tabs.course', key: undefined },
] as const satisfies readonly {
  readonly page: ChartPage | 'overview' | 'birth' | 'course';
  [more: string]: unknown;
}[];

export function PatientFrame() {
  const { patient } = useParams({ from: '/clinic/patient/$patient' });
  // The key: another patient gets a page of their own, with no state left of the last one's.
  return <OnePatient key={patient} patient={patient} />;
}

function OnePatient({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const access = useAccessUntilItCloses(patient);
  const answer = usePart(patient, 'person');
  const { person, stay, cave } = usePatientFacts(patient);
  const before = useReasonBefore(access.data?.reason);
  const state = usePartState(patientParts.stays.limitMinutes, answer);
  clearChangeSoon(patient);
  if (isFault(access.error ?? answer.error, 'missing') && person === undefined) {
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
  const { unread } = currentRights();
  const age = ageYears(person?.birthDate, today);
  // Of who can give birth; of everybody else the tab would only be in the way.
  const mayBear = person?.sex !== 'male' && age !== undefined && age >= 12 && age < 60;
  const shownTabs = tabs.filter(({ page }) => page !== 'birth' || mayBear);
  const bed = stay?.bed?.name;
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
      {person?.mergedInto !== undefined && <MergedStrip patient={patient} into={person.mergedInto} />}
      {access.data?.reason !== undefined && <OpenStrip access={access.data} />}
      <nav className="tabs" aria-label={say('tabs.label')}>
        {shownTabs.map((tab) =>
          unread.some((page) => page === tab.page || (tab.page === 'birth' && page === 'vitals')) ? (
            <span key={tab.to} className="off" title={say('tabs.notForRole')}>
              {say(tab.text)}
              <Unseen> {say('tabs.notForRole')}</Unseen>
            </span>
          ) : (
            <Link
              key={tab.to}
              to={tab.to}
              params={{ patient }}
              activeOptions={{ exact: tab.page === 'overview', includeSearch: false }}
              activeProps={{ className: 'on', 'aria-current': 'page' }}
            >
              {say(tab.text)}
              {tab.key !== undefined && <kbd>{tab.key}</kbd>}
            </Link>
          ),
        )}
        <span className="grow" />
        {access.data?.depth === 'chart' && <AppsMenu patient={patient} />}
        {access.data?.depth === 'chart' && (
          <StayButton patient={patient} stay={stay} deceased={person?.deceased === true} />
        )}
      </nav>
      {access.data === undefined ? (
        access.isError && (
          <div className="asking">
            <p className="error">{say('glass.notKnown')}</p>
            <Button onPress={() => void access.refetch()}>{say('panel.retry')}</Button>
          </div>
        )
      ) : isClosed(access.data) ? (
        <Asking patient={patient} access={access.data} person={person} before={before} />
      ) : (
        <Sheet heading={heading} asOf={asOf}>
          <Outlet />
        </Sheet>
      )}
    </>
  );
}

/** The last reason by which the record was open on this page: when its time is out, it stands in the field again. */
function useReasonBefore(reason: string | undefined): string | undefined {
  const [before, setBefore] = useState(reason);
  if (reason !== undefined && reason !== before) setBefore(reason);
  return before;
}

/** Opening the chart is looking: the board's mark for this patient goes. After drawing, not while drawing. */
function clearChangeSoon(patient: string): void {
  queueMicrotask(() => clearChange(patient));
}
