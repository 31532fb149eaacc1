import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Link } from '@tanstack/react-router';
import { useAccess } from '../../link/queries.ts';
import { lastSeen } from '../../link/seen.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { AsOf, FailedNote, joinStates, Loaded, Nothing } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { TodayRows, useToday } from '../chart/today-panel.tsx';
import { CaveTag } from '../frame/banner.tsx';
import { wordsOf } from '../record/coding.ts';
import { isAdjustment } from '../record/early-warning.ts';
import { ewsOf } from '../record/ews.ts';
import { EwsTag } from '../record/ews-tag.tsx';
import { isNew, NewMark } from '../record/new-mark.tsx';
import { notesOf } from '../record/notes.ts';
import { orderedTogether } from '../record/orders.ts';
import { ageWords, sexSign, showCpr } from '../record/person.ts';
import { ResultValue } from '../record/result-value.tsx';
import { answeredAt, isNewAnswer, markOf, takenAt } from '../record/results.ts';
import { currentRights } from '../record/role.ts';
import { currentUser } from '../record/since.ts';
import { StayButton } from '../stay/stay-button.tsx';
import { TransportButton } from '../transport/transport-button.tsx';
import type { BoardRow } from './board-rows.ts';
import { usePatientFacts, useItems } from '../record/use-patient.ts';
import { instantOf } from '../../parts/format/date.ts';

/** The chosen row in more words: what is new, now and next, what is ordered, what is planned. It opens the same parts as
 *  the chart, so that the chart is there when it is asked for. */
export function BoardSide({
  patient,
  row,
}: {
  readonly patient: string;
  readonly row: BoardRow | undefined;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const depth = useAccess(patient).data?.depth;
  const asks = depth !== undefined && depth !== 'chart';
  const isCaveRead = useItems(patient, 'cave', 'AllergyIntolerance').state.unread === undefined;
  const { person, stay, cave, ews } = usePatientFacts(patient);
  const labs = useItems(patient, 'labs', 'Observation');
  const vitals = useItems(patient, 'vitals', 'Observation');
  const notes = useItems(patient, 'notes', 'DocumentReference');
  const plans = useItems(patient, 'plans', 'CarePlan');
  const orders = useItems(patient, 'orders', 'ServiceRequest');
  const todo = useToday(patient);
  const seen = lastSeen(currentUser(), patient);
  const since = seen ?? today - 12 * 3_600_000;
  const state = joinStates(labs.state, vitals.state, notes.state, plans.state, orders.state, todo.state);
  const freshLabs = labs.items
    .filter((each) => isNewAnswer(each, seen, today))
    .sort(
      (a, b) => Number(markOf(b) !== undefined) - Number(markOf(a) !== undefined) || takenAt(b) - takenAt(a),
    )
    .slice(0, 6);
  const freshNotes = notesOf(notes.items)
    .filter((note) => note.at > since || isNew(note.source, seen))
    .slice(0, 3);
  const plan = plans.items.find((each) => each.status === 'active' && !isAdjustment(each));
  const active = orderedTogether(orders.items.filter((each) => each.status === 'active')).slice(0, 6);
  const newestEws = ewsOf(vitals.items);
  if (person === undefined) return <aside className="side" aria-label={say('side.label')} />;
  return (
    <aside className="side no-print" aria-label={say('side.label')}>
      <ScrollRegion className="side-body" label={say('side.label')}>
        <h2 className="side-name">
          {stay?.bed?.name} {person.name} {sexSign[person.sex]} {ageWords(person, today, say)}
        </h2>
        <p className="muted">
          {person.cpr !== undefined && `${showCpr(person.cpr)} · `}
          {stay?.reason} {!asks && <AsOf state={state} />}
        </p>
        {asks ? (
          <p>{say('board.asksMeaning')}</p>
        ) : (
          <>
            <p className="side-tags">
              {isCaveRead && <CaveTag cave={cave} />}{' '}
              {(newestEws ?? ews) !== undefined && (
                <span>
                  {say('board.ews')}{' '}
                  {(newestEws ?? ews) !== undefined && <EwsTag ews={(newestEws ?? ews)!} />}
                </span>
              )}
            </p>
            <FailedNote state={state} />
            <Loaded state={state}>
              <h3 className="sub">
                {seen === undefined
                  ? say('side.new12')
                  : say('side.newSince', { time: showMoment(since, language, today) })}
              </h3>
              {freshLabs.map((each) => (
                <div className="row" key={each.id}>
                  <span className="muted today-time">{showMoment(answeredAt(each), language, today)}</span>
                  <span className="grow">{wordsOf(each.code)}</span>
                  <span>
                    <ResultValue observation={each} fresh={isNew(each, seen)} withUnit />
                  </span>
                </div>
              ))}
              {freshNotes.map((note) => (
                <div className="row" key={note.id}>
                  <span className="muted today-time">{showMoment(note.at, language, today)}</span>
                  <span className="grow two-lines">
                    <NewMark on={isNew(note.source, seen)} /> <b>{note.kind}</b> {note.text}
                  </span>
                </div>
              ))}
              {freshLabs.length + freshNotes.length === 0 && (
                <Nothing text={say('side.nothingNew')} of={joinStates(labs.state, notes.state)} />
              )}
              <h3 className="sub">{say('side.next')}</h3>
              <TodayRows items={todo.items.filter((item) => item.kind !== 'order').slice(0, 9)} />
              <h3 className="sub">{say('side.orders')}</h3>
              {active.length === 0 && <Nothing of={orders.state} />}
              {active.map(({ first: order, words }) => (
                <div className="row" key={order.id}>
                  <span className="grow">
                    {words}{' '}
                    {(order.priority === 'urgent' ||
                      order.priority === 'asap' ||
                      order.priority === 'stat') && <Tag kind="abn">! {say('side.urgent')}</Tag>}
                  </span>
                  <span className="muted nowrap">
                    {order.authoredOn !== undefined &&
                      showMoment(instantOf(order.authoredOn) ?? 0, language, today)}
                  </span>
                </div>
              ))}
              <h3 className="sub">{say('why.plan')}</h3>
              {plan === undefined ? (
                <Nothing of={plans.state} />
              ) : (
                <p className="prewrap">{plan.description}</p>
              )}
            </Loaded>
          </>
        )}
      </ScrollRegion>
      <div className="side-foot">
        <Link to="/patient/$patient" params={{ patient }} className="button primary">
          {say('side.open')} <kbd>↵</kbd>
        </Link>
        <StayButton patient={patient} stay={row?.stay} deceased={person.deceased} shortcut="P" />
        {row?.stay?.status === 'here' && <TransportButton patient={patient} />}
        <PageLink patient={patient} page="vitals" shortcut="V" />
        <PageLink patient={patient} page="medication" shortcut="F8" />
        <PageLink patient={patient} page="results" shortcut="F9" />
      </div>
    </aside>
  );
}

const pages = {
  vitals: { to: '/patient/$patient/vitals', text: 'tabs.vitals' },
  medication: { to: '/patient/$patient/medication', text: 'tabs.medication' },
  results: { to: '/patient/$patient/results', text: 'tabs.results' },
} as const;

function PageLink({
  patient,
  page,
  shortcut,
}: {
  readonly patient: string;
  readonly page: keyof typeof pages;
  readonly shortcut: string;
}) {
  const say = useText();
  const { to, text } = pages[page];
  if (currentRights().unread.includes(page))
    return (
      <Button disabledBecause={say('tabs.notForRole')} onPress={() => undefined}>
        {say(text)}
      </Button>
    );
  return (
    <Link to={to} params={{ patient }} className="button">
      {say(text)} <kbd>{shortcut}</kbd>
    </Link>
  );
}
