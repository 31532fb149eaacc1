/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- a row is walked to and done by a key */
import { useState } from 'react';
import { isOver } from '#fhir/care-plan/care-task.ts';
import { useAct } from '../../link/use-act.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { showNearTime } from '../../parts/format/date.ts';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { currentRights } from '../record/role.ts';
import { performerOf } from '../vitals/use-set.ts';
import type { CareRow, CareStep } from './care-row.ts';
import { careChange } from './care-row.ts';
import { useCareWords } from './care-words.ts';

const earlyMs = 2 * 3_600_000;

type OneProps = {
  readonly row: CareRow;
  /** Whose it is, where several patients stand in one list. */
  readonly who?: string | undefined;
};

/** One task: what, when, whose; taken, done, handed over or not done, each by one press, the last with a reason. */
export function TaskRow({ row, who }: OneProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const act = useAct(row.patient);
  const words = useCareWords();
  const [why, setWhy] = useState<string>();
  const [to, setTo] = useState<string>();
  const me = performerOf(queries.getQueryData<Session | null>(keys.session));
  const whyNot = !currentRights().orders
    ? say('task.notYours')
    : act.state === undefined
      ? undefined
      : say('act.underway');
  const over = isOver(row.state);
  const late = !over && row.due < today;
  // What a plan asks for tomorrow is not done today.
  const early = row.task === undefined && row.due > today + earlyMs;
  const whyNotDone = whyNot ?? (early ? say('task.early') : undefined);
  const mine = row.owner.reference !== undefined && row.owner.reference === me.reference;

  async function go(step: CareStep) {
    const stored = await act.send(say('task.act', { words: row.words }), [careChange(row, step, now())]);
    if (stored === undefined) return;
    setWhy(undefined);
    setTo(undefined);
    await queries.invalidateQueries({
      queryKey: ['ward'],
      predicate: ({ queryKey }) => queryKey[2] === 'care',
    });
  }
  const done = () => void go({ status: 'completed', owner: me });
  const take = () => void go({ status: 'in-progress', owner: me });

  return (
    <li
      className={`task-row ${over ? 'over' : ''}`}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || over || whyNot !== undefined) return;
        if (event.key === 'Enter' && whyNotDone === undefined) done();
        if (event.key === 't' && row.state === 'open') take();
        if (event.key === 'i') setWhy('');
        const next = event.key === 'ArrowDown' ? 'nextElementSibling' : 'previousElementSibling';
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
          event.preventDefault();
          const element = event.currentTarget[next];
          if (element instanceof HTMLElement) element.focus();
        }
      }}
    >
      <div className="task-line">
        <span className="task-time">
          {late ? (
            <Tag kind="crit-soft">
              <Sign sign="!" meaning={say('dose.late')} /> {showNearTime(row.due, language, today)}
            </Tag>
          ) : (
            showNearTime(row.due, language, today)
          )}
        </span>
        {who !== undefined && <b className="task-who">{who}</b>}
        <span className="grow">
          <span className={row.state === 'not-done' ? 'struck' : ''}>{row.words}</span>
          {row.plan !== undefined && <span className="muted"> · {say('task.ofPlan')}</span>}
          {row.reason !== undefined && <span className="muted"> · {row.reason}</span>}
        </span>
        <span className="muted nowrap">
          {row.state === 'done' && '✓ '}
          {mine ? say('task.mine') : row.owner.display}
        </span>
        {!over && (
          <span className="task-buttons no-print">
            <Button kind="primary" disabledBecause={whyNotDone} onPress={done}>
              {say('task.done')}
            </Button>
            {row.state === 'open' && (
              <Button disabledBecause={whyNot} onPress={take}>
                {say('task.take')}
              </Button>
            )}
            <Button disabledBecause={whyNot} onPress={() => setTo(to === undefined ? '' : undefined)}>
              {say('task.handOver')}
            </Button>
            <Button disabledBecause={whyNot} onPress={() => setWhy(why === undefined ? '' : undefined)}>
              {say('task.notDone')}
            </Button>
          </span>
        )}
      </div>
      {to !== undefined && (
        <form
          className="task-why no-print"
          onSubmit={(event) => {
            event.preventDefault();
            if (to.trim() !== '')
              void go({ status: row.task?.status ?? 'requested', owner: { display: to.trim() } });
          }}
        >
          {(['task.care', 'task.doctor', 'task.therapist'] as const).map((key) => (
            <Button
              key={key}
              onPress={() =>
                void go({ status: row.task?.status ?? 'requested', owner: { display: say(key) } })
              }
            >
              {say(key)}
            </Button>
          ))}
          <input
            className="input"
            aria-label={say('task.toWhom')}
            placeholder={say('task.toWhom')}
            maxLength={80}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </form>
      )}
      {why !== undefined && (
        <form
          className="task-why no-print"
          onSubmit={(event) => {
            event.preventDefault();
            if (why.trim().length > 2) void go({ status: 'failed', owner: me, reason: why.trim() });
          }}
        >
          <input
            className="input"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for because somebody said that it is not done
            autoFocus
            aria-label={say('task.why')}
            placeholder={say('task.why')}
            maxLength={200}
            value={why}
            onChange={(event) => setWhy(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setWhy(undefined)}
          />
          <Button
            type="submit"
            disabledBecause={whyNot ?? (why.trim().length > 2 ? undefined : say('task.why'))}
            onPress={() => void go({ status: 'failed', owner: me, reason: why.trim() })}
          >
            {say('task.notDone')}
          </Button>
        </form>
      )}
      <ActNote act={act} words={words} />
    </li>
  );
}
