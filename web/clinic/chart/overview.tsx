import { useParams } from '@tanstack/react-router';
import { PrintButton } from '../../parts/sheet.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { useSince } from '../record/since.ts';
import { CoursePanel } from './course-panel.tsx';
import { FluidLine } from './fluid-line.tsx';
import { MedicationPanel } from './medication-panel.tsx';
import { NotesPanel } from './notes-panel.tsx';
import { ReportsPanel } from './reports-panel.tsx';
import { ResultsPanel } from './results-panel.tsx';
import { TodayPanel } from './today-panel.tsx';
import { VitalsPanel } from './vitals-panel.tsx';
import { WhyPanel } from './why-panel.tsx';

/** One screen that answers: why here, what has changed since I looked, what is wrong now, what is planned. */
export function Overview() {
  const { patient } = useParams({ from: '/clinic/patient/$patient' });
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const since = useSince(patient);
  return (
    <div className="work" data-ready="overview">
      <div className="overview-head">
        <span className="muted">
          {since === undefined
            ? say('overview.firstLook')
            : say('overview.since', { time: showMoment(since, language, today) })}
        </span>
        <span className="grow" />
        <FluidLine patient={patient} />
        <PrintButton />
      </div>
      <div className="overview">
        <WhyPanel patient={patient} since={since} />
        <MedicationPanel patient={patient} since={since} />
        <VitalsPanel patient={patient} />
        <TodayPanel patient={patient} />
        <NotesPanel patient={patient} since={since} />
        <ResultsPanel patient={patient} since={since} />
        <ReportsPanel patient={patient} since={since} />
        <CoursePanel patient={patient} />
      </div>
    </div>
  );
}
