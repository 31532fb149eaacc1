import { Link, useParams } from '@tanstack/react-router';
import danish from '../../texts/care/da.json';
import english from '../../texts/care/en.json';
import { useNow } from '../../parts/clock.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { AsOf, FailedNote, joinStates, Loaded } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { useFluidsToday } from '../fluids/use-fluids-today.ts';
import { hasCode } from '../record/coding.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import { careRows } from './care-row.ts';
import { isbar, type IsbarPart } from './isbar.ts';
import './care.css';

const titles = {
  I: 'isbar.identification',
  S: 'isbar.situation',
  B: 'isbar.background',
  A: 'isbar.assessment',
  R: 'isbar.request',
} as const satisfies Record<IsbarPart['letter'], TextKey>;

export function Handover() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/handover' });
  return (
    <MoreTexts danish={danish} english={english}>
      <IsbarPage patient={patient} />
    </MoreTexts>
  );
}

/** A handover of one patient on one page, for the phone, the corridor and the printer. */
function IsbarPage({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const facts = usePatientFacts(patient);
  const diagnoses = useItems(patient, 'diagnoses', 'Condition');
  const fluids = useFluidsToday(patient);
  const tasks = useItems(patient, 'careTasks', 'Task');
  const plans = useItems(patient, 'plans', 'CarePlan');
  const flags = useItems(patient, 'flags', 'Flag');
  const cave = useItems(patient, 'cave', 'AllergyIntolerance');
  const vitals = useItems(patient, 'vitals', 'Observation');
  const stays = useItems(patient, 'stays', 'Encounter');
  const state = joinStates(
    ...[diagnoses, fluids, tasks, plans, flags, cave, vitals, stays].map((one) => one.state),
  );
  const parts = isbar(
    {
      ...facts,
      diagnoses: diagnoses.items.filter(
        ({ clinicalStatus, verificationStatus }) =>
          !hasCode(clinicalStatus, 'inactive', 'resolved', 'remission') &&
          !hasCode(verificationStatus, 'entered-in-error', 'refuted'),
      ),
      fluids: fluids.sums,
      rows: careRows(tasks.items, plans.items, today),
    },
    today,
    language,
    say,
  );
  return (
    <div className="work" data-ready="handover">
      <div className="bar">
        <Link className="button no-print" to="/patient/$patient/care" params={{ patient }}>
          ◂ {say('tabs.care')}
        </Link>
        <h1>{say('isbar.title')}</h1>
        <span className="grow" />
        <AsOf state={state} />
        <PrintButton />
      </div>
      <div className="panel isbar">
        <FailedNote state={state} />
        <Loaded state={state}>
          {parts.map(({ letter, lines }) => (
            <section key={letter} aria-label={say(titles[letter])}>
              <span className="isbar-letter" aria-hidden="true">
                {letter}
              </span>
              <div>
                <h2>{say(titles[letter])}</h2>
                <ul>
                  {lines.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </div>
            </section>
          ))}
        </Loaded>
      </div>
    </div>
  );
}
