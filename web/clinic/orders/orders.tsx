/* oxlint-disable jsx-a11y/no-static-element-interactions -- Ctrl+Enter belongs to the whole page */
import { useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { numberFrom } from '#fhir/orders/number.ts';
import { makeActId } from '../../link/act-id.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { now, useNow } from '../../parts/clock.ts';
import { ageYears, showTime } from '../../parts/format/date.ts';
import { FailedNote, joinStates, Loaded, Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { useText } from '../../parts/text.tsx';
import { Button } from '../../parts/button.tsx';
import { ActNote } from '../record/act-note.tsx';
import { referredId } from '../record/coding.ts';
import { orderRows } from '../record/orders.ts';
import { currentRights } from '../record/role.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import { AskOperation } from '../surgery/ask-dialog.ts';
import { addItems, changesOf, gapsOf } from './basket.ts';
import { BasketPanel } from './basket-panel.tsx';
import { OrderList } from './order-list.tsx';
import { OrderSearch } from './order-search.tsx';
import { Requisition } from './print-requisition.tsx';
import { useBasket } from './use-basket.ts';
import { usePrint } from './use-print.ts';

// Blood is counted for children: a set of tubes is a good part of a newborn's.
const bloodCountedUntilAge = 15;

export function Orders() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/orders' });
  const say = useText();
  const today = useNow();
  const session = queries.getQueryData<Session | null>(keys.session);
  const { person, stay } = usePatientFacts(patient);
  const orders = useItems(patient, 'orders', 'ServiceRequest');
  const ways = useItems(patient, 'ways', 'Task');
  const samples = useItems(patient, 'samples', 'Specimen');
  const labs = useItems(patient, 'labs', 'Observation');
  const stays = useItems(patient, 'stays', 'Encounter');
  const act = useAct(patient);
  const { basket, change, putAside, stored, refused } = useBasket(session?.user ?? '', patient, (title) =>
    title.startsWith(say('orders.act')),
  );
  const [asked, setAsked] = useState(false);
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState<{
    readonly count: number;
    readonly at: number;
    readonly number: string;
  }>();
  const [printed, print] = usePrint<string>();
  const page = useRef<HTMLDivElement>(null);
  const gaps = gapsOf(basket);
  const rows = orderRows(orders.items, ways.items, today);
  const state = joinStates(orders.state, ways.state);
  const age = ageYears(person?.birthDate, today);
  const countsBlood = age !== undefined && age < bloodCountedUntilAge;
  const whyNot = !currentRights().orders
    ? say('orders.notYours')
    : act.state !== undefined
      ? say('act.underway')
      : basket.lines.length === 0
        ? say('orders.emptyBasket')
        : // Whether the patient is admitted must be known, or an order of theirs would say that they are not.
          stays.state.asOf === undefined || person === undefined
          ? say('panel.loading')
          : undefined;

  async function sign() {
    if (whyNot !== undefined) return;
    const [gap] = gaps;
    setAsked(gap !== undefined);
    if (gap !== undefined)
      return page.current?.querySelector<HTMLElement>(`#${CSS.escape(gap.field)}`)?.focus();
    const count = basket.lines.length;
    const number = numberFrom(crypto.getRandomValues(new Uint8Array(11)));
    const admitted = stay !== undefined && stay.status !== 'planned';
    const changes = changesOf(basket, {
      patient,
      stay: admitted ? `Encounter/${stay.id}` : undefined,
      requester: {
        ...(session?.practitioner != null && { reference: session.practitioner }),
        display: session?.name ?? '',
      },
      now: now(),
      number,
      makeId: makeActId,
    });
    setDone(undefined);
    putAside();
    const answer = await act.send(`${say('orders.act')} · ${say('orders.sign', { count })}`, changes);
    if (answer === undefined) return refused();
    stored();
    setDone({ count, at: now(), number });
    page.current?.querySelector<HTMLElement>('.order-search-box input')?.focus();
  }

  return (
    <div
      ref={page}
      className="work"
      data-ready="orders"
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !event.ctrlKey) return;
        event.preventDefault();
        void sign();
      }}
    >
      <div className={`orders ${printed === undefined ? '' : 'no-print'}`}>
        <div className="orders-main">
          <OrderSearch
            orders={orders.items}
            labs={labs.items}
            chosen={basket.lines.map(({ item }) => item)}
            countsBlood={countsBlood}
            onItems={(items, set) => {
              setDone(undefined);
              change(addItems(basket, items, set));
            }}
          />
          <Panel
            title={say('orders.list')}
            state={state}
            flush
            beside={
              <span className="muted">
                {orders.complete ? rows.length : say('panel.partialNewest', { shown: rows.length })}
              </span>
            }
            aside={
              <>
                <Button onPress={() => setAsking(true)}>{say('orders.operation')}</Button>
                <PrintButton />
              </>
            }
          >
            <OrderList patient={patient} rows={rows} onPrint={print} />
          </Panel>
        </div>
        <BasketPanel
          basket={basket}
          gaps={gaps}
          asked={asked}
          orders={orders.items}
          tasks={ways.items}
          countsBlood={countsBlood}
          person={person}
          stay={stay}
          whyNot={whyNot}
          onChange={(next) => {
            setDone(undefined);
            change(next);
          }}
          onSign={() => void sign()}
        >
          <FailedNote state={stays.state} />
          <ActNote act={act} />
          {asked && gaps.length > 0 && (
            <p className="basket-gap">{say('orders.missing', { count: gaps.length })}</p>
          )}
          {done !== undefined && (
            <output className="basket-done">
              <span>
                <span className="tick">✓</span>{' '}
                {say('orders.stored', { count: done.count, time: showTime(done.at) })}
              </span>
              <button type="button" className="button" onClick={() => print(done.number)}>
                {say('orders.print')}
              </button>
            </output>
          )}
        </BasketPanel>
      </div>
      {asking && <AskOperation patient={patient} onClose={() => setAsking(false)} />}
      {printed !== undefined && (
        <Loaded state={state}>
          <Requisition
            number={printed}
            rows={rows.filter(({ requisition, state: at }) => requisition === printed && at !== 'cancelled')}
            samples={samples.items.filter((sample) =>
              sample.request?.some((request) =>
                rows.some(
                  (row) => row.requisition === printed && row.id === referredId(request, 'ServiceRequest'),
                ),
              ),
            )}
            person={person}
            stay={stay}
          />
        </Loaded>
      )}
    </div>
  );
}
