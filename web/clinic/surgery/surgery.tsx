import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { usePartState } from '../../link/part-state.ts';
import { keys, queries, usePlaces } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useDepartments } from '../../link/surgery.ts';
import { Segments } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import {
  addDays,
  dayOf,
  momentOn,
  showDay,
  showDayAndTime,
  showShortDay,
  showTime,
} from '../../parts/format/date.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { AsOf, FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { PrintButton, Sheet } from '../../parts/sheet.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import danish from '../../texts/surgery/da.json';
import english from '../../texts/surgery/en.json';
import { PageTitle } from '../frame/page-title.tsx';
import { OverdueCalls } from '../inbox/overdue-calls.tsx';
import { ActNote } from '../record/act-note.tsx';
import { ofType, referredId } from '../record/coding.ts';
import { currentRights } from '../record/role.ts';
import type { BoardItem, Room } from './board-model.ts';
import { Calls } from './calls.tsx';
import { CancelTogether } from './cancel-together.tsx';
import { Columns } from './columns.tsx';
import { OperationDialog, type Doing } from './operation-dialog.tsx';
import { minutesInRoom, placeAct } from './surgery-acts.ts';
import { surgeryViews, type SurgeryPlace, type SurgeryView } from './surgery-place.ts';
import { useOperationAct } from './use-operation-act.ts';
import { useSurgery } from './use-surgery.ts';
import { WaitingList } from './waiting-list.tsx';
import { Wall } from './wall.tsx';
import { issueWords } from './words.ts';

const viewTexts = {
  board: 'surgery.viewBoard',
  wall: 'surgery.viewWall',
  cancel: 'surgery.viewCancel',
  calls: 'surgery.viewCalls',
} as const satisfies Record<SurgeryView, TextKey>;

const remembered = 'holdfast.operating-department';

/** The operating departments of the region: the one that was chosen, else one's own, else that of one's hospital. */
export function Surgery() {
  return (
    <MoreTexts danish={danish} english={english}>
      <Chosen />
    </MoreTexts>
  );
}

type Department = { readonly id: string; readonly name: string };

function Chosen() {
  const say = useText();
  const answer = useDepartments();
  const places = usePlaces();
  const state = usePartState(24 * 60, answer);
  const { department: asked } = useSearch({ from: '/clinic/surgery' });
  const session = queries.getQueryData<Session | null>(keys.session);
  const all = ofType(places.data?.resources, 'Location');
  const sites = new Map(all.map((one) => [one.id, one.name ?? '']));
  const found = ofType(answer.data?.resources, 'Location').map((one) => ({
    id: one.id ?? '',
    site: referredId(one.partOf, 'Location'),
    name: `${sites.get(referredId(one.partOf, 'Location')) ?? ''} ${one.name ?? ''}`.trim(),
  }));
  const own = session?.ward?.replace('Location/', '');
  const ownSite = referredId(all.find(({ id }) => id === own)?.partOf, 'Location');
  const id =
    asked ??
    found.find((one) => one.id === own)?.id ??
    sessionStorage.getItem(remembered) ??
    found.find(({ site }) => site !== undefined && site === ownSite)?.id ??
    // One's own hospital is known when the places are: nothing is shown and taken away again.
    (places.data === undefined && !places.isError ? undefined : found[0]?.id);
  const departments = found.toSorted((a, b) => a.name.localeCompare(b.name, 'da'));
  return (
    <>
      <FailedNote state={state} />
      <Loaded state={state}>
        {id === undefined ? (
          places.data !== undefined && <Nothing text={say('surgery.noDepartment')} />
        ) : (
          <OneDepartment key={id} department={id} departments={departments} />
        )}
      </Loaded>
    </>
  );
}

function OneDepartment({
  department,
  departments,
}: {
  readonly department: string;
  readonly departments: readonly Department[];
}) {
  const say = useText();
  const language = useLanguage();
  const minute = useNow();
  const navigate = useNavigate({ from: '/surgery' });
  const { view = 'board', day: asked } = useSearch({ from: '/clinic/surgery' });
  const today = dayOf(minute);
  const day = asked ?? today;
  // Before the day begins at seven, the night shows what it began with.
  const isNight = day === today && minute < momentOn(day, '07:00');
  const from = isNight ? momentOn(addDays(day, -1), '16:00') : momentOn(day, '00:00');
  // What is placed in the evening may begin after midnight, and belongs to the same night.
  const programme = useSurgery(department, from, momentOn(addDays(day, 1), '07:00'));
  const { rooms, waiting, state } = programme;
  const [inHand, setInHand] = useState<string>();
  const [open, setOpen] = useState<{ readonly id: string; readonly doing: Doing }>();
  const go = (change: SurgeryPlace) =>
    void navigate({ search: (before) => ({ ...before, department, ...change }), replace: true });
  const name = departments.find(({ id }) => id === department)?.name ?? '';
  const mayPlan = currentRights().admits;
  const held = waiting.find(({ operation }) => operation.id === inHand);
  const shown = rooms.flatMap(({ items }) => items).find(({ operation }) => operation.id === open?.id);
  const placing = useOperationAct(held);

  function place(room: Room, start: number) {
    if (held === undefined || placing.act.state !== undefined) return;
    const to = {
      room: { reference: room.id, display: room.name },
      department: { reference: `Location/${department}`, display: name },
      start,
      end: start + minutesInRoom(held) * 60_000,
    };
    void placing
      .run(say('surgery.placed', { room: room.name, time: showTime(start) }), placeAct(held, to))
      .then((isStored) => isStored && setInHand(undefined));
  }

  return (
    <Sheet
      heading={`${say(viewTexts[view])} · ${name} · ${showDay(momentOn(day, '12:00'), language)}`}
      asOf={say('print.boardAsOf', {
        time: state.asOf === undefined ? '–' : showDayAndTime(state.asOf, language),
        printed: showDayAndTime(minute, language),
      })}
    >
      <PageTitle title={`${name} · ${say('app.name')}`} />
      <div className="bar">
        <h1>{say('surgery.title')}</h1>
        <select
          className="input select surgery-department"
          aria-label={say('surgery.department')}
          value={department}
          onChange={({ target }) => {
            sessionStorage.setItem(remembered, target.value);
            go({ department: target.value });
          }}
        >
          {departments.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
        <Segments
          label={say('surgery.view')}
          value={view}
          choices={surgeryViews.map((value) => ({ value, label: say(viewTexts[value]) }))}
          onChoose={(next) => go({ view: next })}
        />
        {view !== 'calls' && (
          <Segments
            label={say('surgery.day')}
            value={day}
            choices={[0, 1, 2].map((days) => ({
              value: addDays(today, days),
              label:
                days === 0
                  ? say('surgery.today')
                  : days === 1
                    ? say('surgery.tomorrow')
                    : showShortDay(momentOn(addDays(today, 2), '12:00'), language, minute),
            }))}
            onChoose={(next) => go({ day: next })}
          />
        )}
        <span className="grow" />
        <AsOf state={state} />
        <PrintButton />
      </div>
      {view === 'board' && <OverdueCalls of="ServiceRequest" />}
      <div className="surgery" data-ready={state.asOf === undefined ? undefined : 'surgery'}>
        {view === 'cancel' && (
          <CancelTogether key={day} department={department} departmentName={name} day={day} />
        )}
        {view === 'calls' && <Calls department={department} />}
        {(view === 'board' || view === 'wall') && (
          <>
            {view === 'board' && (
              <WaitingList
                items={waiting}
                inHand={inHand}
                onTake={setInHand}
                whole={state.asOf !== undefined}
              />
            )}
            <section
              className={`panel surgery-rooms ${state.failed ? 'failed' : ''}`}
              aria-label={say('surgery.rooms')}
            >
              <FailedNote state={state} />
              {programme.isPartial && (
                <output className="panel-note">
                  <Tag kind="stale">{say('surgery.partial')}</Tag>
                </output>
              )}
              {held !== undefined && <InHand item={held} />}
              <ActNote act={placing.act} words={issueWords(say)} />
              <ScrollRegion label={say('surgery.rooms')}>
                <Loaded state={state}>
                  {view === 'wall' ? (
                    <Wall rooms={rooms} />
                  ) : (
                    <Columns
                      rooms={rooms}
                      day={day}
                      inHand={mayPlan ? held : undefined}
                      mayPlan={mayPlan}
                      onPlace={place}
                      onOpen={(id, doing) => setOpen({ id, doing })}
                    />
                  )}
                </Loaded>
              </ScrollRegion>
            </section>
          </>
        )}
      </div>
      {open !== undefined && shown !== undefined && (
        <OperationDialog
          item={shown}
          rooms={rooms}
          department={department}
          begin={open.doing}
          mayPlan={mayPlan}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Sheet>
  );
}

function InHand({ item }: { readonly item: BoardItem }) {
  const say = useText();
  return (
    <output className="panel-note">
      {currentRights().admits
        ? say('surgery.inHand', {
            name: item.person?.name ?? '',
            what: item.operation.words,
            minutes: minutesInRoom(item),
          })
        : say('surgery.notYours')}
    </output>
  );
}
