import { Link, useParams } from '@tanstack/react-router';
import danish from '../../texts/care/da.json';
import english from '../../texts/care/en.json';
import { useNow } from '../../parts/clock.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { joinStates, Nothing, Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { useText } from '../../parts/text.tsx';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import { TransportPanel } from '../transport/transport-panel.tsx';
import { careRows } from './care-row.ts';
import { LevelPanel } from './level-panel.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { NewTaskForm } from './new-task.tsx';
import { TaskRow } from './task-list.tsx';
import './care.css';

/** The care of one patient: how far they are treated, what is to be done, the plan, and who fetches them. */
export function Care() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/care' });
  return (
    <MoreTexts danish={danish} english={english}>
      <CarePage patient={patient} />
    </MoreTexts>
  );
}

function CarePage({ patient }: { readonly patient: string }) {
  const say = useText();
  return (
    <div className="work" data-ready="care">
      <div className="bar">
        <Link className="button" to="/patient/$patient/handover" params={{ patient }}>
          {say('isbar.open')}
        </Link>
        <span className="grow" />
        <PrintButton />
      </div>
      <div className="care-page">
        <div className="care-column">
          <LevelPanel patient={patient} />
          <TransportPanel patient={patient} />
        </div>
        <TasksPanel patient={patient} />
        <PlanPanel patient={patient} />
      </div>
    </div>
  );
}

function TasksPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const today = useNow();
  const { stay } = usePatientFacts(patient);
  const tasks = useItems(patient, 'careTasks', 'Task');
  const plans = useItems(patient, 'plans', 'CarePlan');
  const rows = careRows(tasks.items, plans.items, today);
  return (
    <Panel
      title={say('task.title')}
      state={joinStates(tasks.state, plans.state)}
      className="task-panel"
      beside={!tasks.complete && say('panel.partialNewest', { shown: tasks.items.length })}
    >
      <NewTaskForm
        patient={patient}
        encounter={stay !== undefined && stay.status !== 'planned' ? `Encounter/${stay.id}` : undefined}
      />
      {rows.length === 0 ? (
        <Nothing text={say('task.none')} />
      ) : (
        <ul className="task-rows">
          {rows.map((row) => (
            <TaskRow key={row.id} row={row} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
