import { Link } from '@tanstack/react-router';
import type { Task } from '@medplum/fhirtypes';
import fmkDanish from '../../../texts/fmk/da.json';
import fmkEnglish from '../../../texts/fmk/en.json';
import danish from '../../../texts/medicine/da.json';
import english from '../../../texts/medicine/en.json';
import { useCardQueue } from '../../../link/card-queue.ts';
import { usePartState } from '../../../link/part-state.ts';
import { useNow } from '../../../parts/clock.ts';
import { instantOf, showDayAndTime, showMoment } from '../../../parts/format/date.ts';
import { MoreTexts } from '../../../parts/more-texts.tsx';
import { Nothing, Panel } from '../../../parts/panel.tsx';
import { Sheet } from '../../../parts/sheet.tsx';
import { useLanguage, useText } from '../../../parts/text.tsx';
import { PageTitle } from '../../frame/page-title.tsx';
import { ofType, referredId } from '../../record/coding.ts';
import { drugNameOf } from '../../record/dose.ts';
import { personOf, showCpr } from '../../record/person.ts';
import { TaskStep } from './task-step.tsx';
import { queueOf } from './waiting.ts';
import './card.css';

export function CardQueuePage() {
  return (
    <MoreTexts danish={{ ...fmkDanish, ...danish }} english={{ ...fmkEnglish, ...english }}>
      <Page />
    </MoreTexts>
  );
}

/** Whose changes wait for the medication card, also of those who have gone home; what reads otherwise stands first. */
function Page() {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const answer = useCardQueue();
  const state = usePartState(1, answer);
  const { waiting, differing } = queueOf(ofType(answer.data?.resources, 'Task'));
  const persons = new Map(ofType(answer.data?.included, 'Patient').map((one) => [one.id, personOf(one)]));
  const lines = new Map(ofType(answer.data?.included, 'MedicationRequest').map((one) => [one.id, one]));
  const row = (task: Task) => {
    const patient = referredId(task.for, 'Patient') ?? '';
    const person = persons.get(patient);
    const line = lines.get(referredId(task.focus, 'MedicationRequest') ?? '');
    const at = instantOf(task.authoredOn);
    return (
      <div className="row" key={task.id}>
        <span className="grow">
          <Link to="/patient/$patient/medication" params={{ patient }} search={{}}>
            {person?.name ?? patient}
          </Link>{' '}
          <span className="muted">{person?.cpr !== undefined && showCpr(person.cpr)}</span>{' '}
          <b>{line === undefined ? '' : drugNameOf(line).generic}</b>
        </span>
        <TaskStep task={task} />
        <span className="muted nowrap">{at !== undefined && showMoment(at, language, today)}</span>
      </div>
    );
  };
  return (
    <Sheet
      heading={say('cardQueue.title')}
      asOf={say('print.asOf', {
        time: state.asOf === undefined ? '–' : showDayAndTime(state.asOf, language),
        printed: showDayAndTime(today, language),
      })}
    >
      <PageTitle title={`${say('cardQueue.title')} · ${say('app.name')}`} />
      <div className="work inset" data-ready="card-queue">
        <Panel
          title={say('cardQueue.title')}
          state={state}
          beside={<span className="muted">{waiting.length + differing.length}</span>}
        >
          {answer.data?.complete === false && <p className="tag stale">{say('board.partialUnknown')}</p>}
          {waiting.length + differing.length === 0 && <Nothing text={say('cardQueue.nothing')} />}
          {[...differing, ...waiting].map(row)}
        </Panel>
      </div>
    </Sheet>
  );
}
