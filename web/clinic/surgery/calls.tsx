import type { Patient, Task } from '@medplum/fhirtypes';
import { called, notCalled, readCall } from '#fhir/surgery/cancel-together.ts';
import { usePartState } from '../../link/part-state.ts';
import { refreshSurgery, useCalls } from '../../link/surgery.ts';
import { useAct } from '../../link/use-act.ts';
import { takeBack } from '../../link/take-back.ts';
import { Button } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { instantOf, showMoment } from '../../parts/format/date.ts';
import { FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { offerUndo } from '../../parts/undo.ts';
import { ActNote } from '../record/act-note.tsx';
import { ofType, referredId } from '../record/coding.ts';
import { personOf, showCpr } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { me } from './surgery-acts.ts';

/** Whom to call about what was cancelled: shared by those who call, one press for each. Who was called stands below and stays. */
export function Calls({ department }: { readonly department: string }) {
  const say = useText();
  const answer = useCalls();
  const state = usePartState(1, answer);
  const patients = new Map(ofType(answer.data?.included, 'Patient').map((one) => [one.id, one]));
  const places = new Map(ofType(answer.data?.included, 'Appointment').map((one) => [one.id, one]));
  // In the order of the operations, which no call changes: nothing jumps while others call.
  const calls = ofType(answer.data?.resources, 'Task')
    .filter((task) => readCall(task)?.department === `Location/${department}` && task.status !== 'cancelled')
    .map((task) => ({ task, start: places.get(referredId(task.focus, 'Appointment') ?? '')?.start }))
    .toSorted((a, b) => (instantOf(a.start) ?? 0) - (instantOf(b.start) ?? 0));
  const left = calls.filter(({ task }) => task.status !== 'completed').length;
  return (
    <section
      className={`panel surgery-calls ${state.failed ? 'failed' : ''}`}
      aria-label={say('surgery.viewCalls')}
    >
      <header>
        <h2>{say('surgery.toCall')}</h2>
        {state.asOf !== undefined && (
          <span className="muted">{say('surgery.callsLeft', { left, all: calls.length })}</span>
        )}
      </header>
      <FailedNote state={state} />
      <ScrollRegion label={say('surgery.toCall')}>
        <Loaded state={state}>
          {calls.length === 0 ? (
            <Nothing text={say('surgery.noCalls')} />
          ) : (
            <table className="table calls-table" aria-label={say('surgery.toCall')}>
              <thead>
                <tr>
                  <th scope="col">{say('surgery.patient')}</th>
                  <th scope="col">{say('surgery.phone')}</th>
                  <th scope="col">{say('surgery.kin')}</th>
                  <th scope="col">{say('surgery.whatCancelled')}</th>
                  <th scope="col">{say('surgery.why')}</th>
                  <th scope="col">{say('surgery.call')}</th>
                </tr>
              </thead>
              <tbody>
                {calls.map(({ task, start }) => (
                  <CallRow
                    key={task.id}
                    task={task}
                    start={start}
                    patient={patients.get(referredId(task.for, 'Patient'))}
                  />
                ))}
              </tbody>
            </table>
          )}
        </Loaded>
      </ScrollRegion>
    </section>
  );
}

type CallRowProps = {
  readonly task: Task;
  readonly start: string | undefined;
  readonly patient: Patient | undefined;
};

function CallRow({ task, start, patient }: CallRowProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const id = referredId(task.for, 'Patient') ?? '';
  const act = useAct(id);
  const person = patient === undefined ? undefined : personOf(patient);
  const kin = patient?.contact?.[0];
  const at = instantOf(task.executionPeriod?.end);
  const isCalled = task.status === 'completed';
  const when = instantOf(start);

  async function call() {
    const done = say('surgery.calledName', { name: person?.name ?? '' });
    const stored = await act.send(done, [change(called(task, me(), now()))]);
    await refreshSurgery();
    const written = stored?.entry?.[0]?.resource;
    if (written?.resourceType !== 'Task') return;
    offerUndo({
      done,
      run: () =>
        void takeBack(id, say('undo.of', { done }), [change(notCalled(written))]).then(refreshSurgery),
    });
  }

  return (
    <tr className={isCalled ? 'quiet' : ''}>
      <td>
        <b>{person?.name}</b>{' '}
        <span className="muted">{person?.cpr !== undefined && showCpr(person.cpr)}</span>
      </td>
      <td className="phone">{patient?.telecom?.find(({ system }) => system === 'phone')?.value ?? '–'}</td>
      <td>
        {kin === undefined
          ? '–'
          : `${kin.name?.text ?? ''} (${kin.relationship?.[0]?.text ?? ''}) ${kin.telecom?.[0]?.value ?? ''}`}
      </td>
      <td className="wraps">
        {when !== undefined && `${showMoment(when, language, today)} `}
        {task.description?.replace(/^Operation aflyst: /, '')}
      </td>
      <td className="wraps">
        {task.reasonCode?.text} <span className="muted">{task.requester?.display}</span>
      </td>
      <td>
        {isCalled ? (
          <span>
            <span className="tick">✓</span> {task.owner?.display}{' '}
            {at !== undefined && showMoment(at, language, today)}
          </span>
        ) : (
          <Button
            disabledBecause={
              currentRights().admits
                ? act.state === undefined
                  ? undefined
                  : say('act.underway')
                : say('surgery.notYours')
            }
            onPress={() => void call()}
          >
            {say('surgery.calledButton')}
          </Button>
        )}
        <ActNote act={act} />
      </td>
    </tr>
  );
}

const change = (resource: Task) =>
  ({
    method: 'PUT',
    url: `Task/${resource.id ?? ''}`,
    resource,
    version: resource.meta?.versionId,
  }) as const;
