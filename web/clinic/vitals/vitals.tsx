import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { whyNotScored } from '../../../src/fhir/early-warning/score.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { AsOf, FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { scoredPatient, tableInForce } from '../record/early-warning.ts';
import { isEwsOverdue } from '../record/ews.ts';
import { currentRights } from '../record/role.ts';
import { unscoredTexts } from '../record/texts.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import { AdjustedPanel } from './adjusted-panel.tsx';
import { chartColumns, countWrong } from './chart-columns.ts';
import { ObservationChart } from './observation-chart.tsx';
import { SetDetail } from './set-detail.tsx';
import { SetEntry } from './set-entry.tsx';

/** Vital signs: measured above, the observation chart beneath. */
export function Vitals() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/vitals' });
  const { entry } = useSearch({ from: '/clinic/patient/$patient/vitals' });
  const navigate = useNavigate({ from: '/patient/$patient/vitals' });
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const vitals = useItems(patient, 'vitals', 'Observation');
  const plans = useItems(patient, 'plans', 'CarePlan');
  const diagnoses = useItems(patient, 'diagnoses', 'Condition');
  const { person, ews } = usePatientFacts(patient);
  const [withWrong, setWithWrong] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const about = useMemo(
    () => scoredPatient(person?.birthDate, diagnoses.items, today),
    [person?.birthDate, diagnoses.items, today],
  );
  const columns = useMemo(
    () => chartColumns(vitals.items, plans.items, about, withWrong),
    [vitals.items, plans.items, about, withWrong],
  );
  const column = columns.find(({ key }) => key === chosen);
  const wrong = countWrong(vitals.items);
  const table = tableInForce();
  const why = person === undefined ? undefined : whyNotScored(table, about);
  const open = (next: boolean) => void navigate({ search: next ? { entry: 'open' } : {}, replace: true });
  return (
    <div className="work">
      <div className="bar">
        {entry === undefined && (
          <Button
            kind="primary"
            disabledBecause={currentRights().measures ? undefined : say('entry.notYours')}
            onPress={() => open(true)}
          >
            {say('entry.open')}
          </Button>
        )}
        {why !== undefined ? (
          <Tag kind="quiet">
            {say('ews.notScored', { why: say(unscoredTexts[why], { table: table.name }) })}
          </Tag>
        ) : (
          ews?.nextDue !== undefined &&
          (isEwsOverdue(ews, today) ? (
            <Tag kind="stale">
              {say('vitals.overdue', { time: showMoment(ews.nextDue, language, today) })}
            </Tag>
          ) : (
            <span className="muted">
              {say('vitals.next', { time: showMoment(ews.nextDue, language, today) })}
            </span>
          ))
        )}
        {wrong > 0 && (
          <Button expanded={withWrong} onPress={() => setWithWrong(!withWrong)}>
            {say(withWrong ? 'chart.hideWrong' : 'chart.showWrong', { count: wrong })}
          </Button>
        )}
        {!vitals.complete && (
          <span className="muted">{say('panel.partialNewest', { shown: vitals.items.length })}</span>
        )}
        <span className="grow" />
        <AsOf state={vitals.state} />
        <PrintButton />
      </div>
      {entry !== undefined && (
        <SetEntry patient={patient} observations={vitals.items} onClose={() => open(false)} />
      )}
      <div className="vitals-page">
        <section className={`panel ${vitals.state.failed ? 'failed' : ''}`} aria-label={say('chart.title')}>
          <FailedNote state={vitals.state} />
          <Loaded state={vitals.state}>
            {columns.length === 0 ? (
              <div className="inset">
                <Nothing of={vitals.state} />
              </div>
            ) : (
              <ObservationChart columns={columns} chosen={column?.key} onChoose={setChosen} />
            )}
          </Loaded>
        </section>
        <div className="vitals-side">
          {column !== undefined && (
            <SetDetail
              key={column.key}
              patient={patient}
              column={column}
              onClose={() => setChosen(undefined)}
              onMarked={() => setChosen(undefined)}
            />
          )}
          <AdjustedPanel patient={patient} plans={plans.items} state={plans.state} />
        </div>
      </div>
    </div>
  );
}
