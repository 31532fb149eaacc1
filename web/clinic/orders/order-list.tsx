import type { Resource } from '@medplum/fhirtypes';
import { useState } from 'react';
import { receiverOf } from '#fhir/orders/catalogue.ts';
import { isEnd, orderSteps, requestReasonUrl, type OrderStep } from '#fhir/orders/steps.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Nothing } from '../../parts/panel.tsx';
import { ReadyField } from '../../parts/ready-field.tsx';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { isSampled, type OrderRow } from '../record/orders.ts';
import { currentRights } from '../record/role.ts';
import { staffInitials } from '../record/stay.ts';
import { priorityTexts } from './basket-panel.tsx';
import { nameIn } from './order-search.tsx';
import { stateTexts } from './order-texts.ts';

type OrderListProps = {
  readonly patient: string;
  readonly rows: readonly OrderRow[];
  readonly onPrint: (requisition: string) => void;
};

/** Each order on its way: nobody has to guess whether the laboratory has it. */
export function OrderList({ patient, rows, onPrint }: OrderListProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const act = useAct(patient);
  const [chosen, setChosen] = useState<string>();
  const asked = rows.find(({ id, state }) => id === chosen && !isEnd(state));
  const whyNot = currentRights().orders ? undefined : say('orders.notYours');

  async function cancel(row: OrderRow, reason: string): Promise<string | undefined> {
    const said = { url: requestReasonUrl, valueCodeableConcept: { text: reason } };
    const resource = {
      ...row.order,
      status: 'revoked',
      extension: [...(row.order.extension ?? []).filter(({ url }) => url !== requestReasonUrl), said],
    } as Resource;
    const stored = await act.send(say('orders.cancelAct', { what: row.words }), [
      { method: 'PUT', url: `ServiceRequest/${row.id}`, resource, version: row.order.meta?.versionId },
    ]);
    if (stored !== undefined) setChosen(undefined);
    return undefined;
  }

  const columns: readonly ClinicalColumn<OrderRow>[] = [
    {
      id: 'what',
      heading: say('orders.what'),
      kind: 'wraps',
      cell: (row) => (
        <>
          <b className={row.state === 'cancelled' ? 'struck' : ''}>{row.words}</b>{' '}
          {row.priority !== 'routine' && (
            <Tag kind={row.priority === 'stat' ? 'crit-soft' : 'abn'}>{say(priorityTexts[row.priority])}</Tag>
          )}
          {row.order.reasonCode?.[0]?.text !== undefined && (
            <span className="second muted">{row.order.reasonCode[0].text}</span>
          )}
        </>
      ),
    },
    { id: 'way', heading: say('orders.way'), kind: 'wraps', cell: (row) => <Way row={row} /> },
    {
      id: 'ordered',
      heading: say('orders.ordered'),
      cell: (row) => (
        <>
          {showMoment(row.authored, language, today)}{' '}
          <span className="muted" title={row.by}>
            {staffInitials(row.by)}
          </span>
        </>
      ),
    },
    {
      id: 'wanted',
      heading: say('orders.wanted'),
      cell: (row) => row.wanted !== undefined && showMoment(row.wanted, language, today),
    },
    {
      id: 'do',
      heading: say('orders.do'),
      cell: (row) => (
        <span className="order-do no-print">
          {!isEnd(row.state) && (
            <Button kind="plain" disabledBecause={whyNot} onPress={() => setChosen(row.id)}>
              {say('orders.cancel')}
            </Button>
          )}
          {row.requisition !== undefined && (
            <Button kind="plain" onPress={() => onPrint(row.requisition ?? '')}>
              {say('orders.printRow')}
            </Button>
          )}
        </span>
      ),
    },
  ];
  if (rows.length === 0) return <Nothing text={say('orders.none')} />;
  return (
    <>
      {asked !== undefined && (
        <section className="cancel-order no-print" aria-label={say('orders.cancel')}>
          <p>
            {say('orders.cancelAsk')} <b>{asked.words}</b>
          </p>
          <ReadyField
            key={asked.id}
            label={say('orders.cancelWhy')}
            ready={[say('orders.why1'), say('orders.why2'), say('orders.why3'), say('orders.why4')]}
            readyLabel={say('orders.cancelReady')}
            action={say('orders.cancelSure')}
            acting={say('act.sending')}
            letters={{ min: 3, max: 200 }}
            tooShort={say('orders.cancelShort')}
            onSend={(reason) => cancel(asked, reason)}
          >
            <Button kind="plain" onPress={() => setChosen(undefined)}>
              {say('orders.keep')}
            </Button>
          </ReadyField>
          <ActNote act={act} />
        </section>
      )}
      <ClinicalTable
        label={say('orders.list')}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        groupOf={(row) => {
          const receiver = receiverOf(row.receiver);
          return say(isEnd(row.state) ? 'orders.ended' : 'orders.open', {
            receiver: receiver === undefined ? '' : nameIn(receiver, language),
          });
        }}
        canOpen={() => false}
        rowClass={(row) => (isEnd(row.state) ? 'ended' : '')}
      />
    </>
  );
}

/** The steps, those that were taken, the one it is at, those to come; and which is late by how much. */
function Way({ row }: { readonly row: OrderRow }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { state, orderable, late } = row;
  if (state === 'cancelled' || state === 'rejected')
    return (
      <span className="order-way">
        <b className="abn-words">{say(stateTexts[state])}</b>{' '}
        <span className="muted">
          {[row.reason, showMoment(row.since, language, today)].filter(Boolean).join(' · ')}
        </span>
      </span>
    );
  const way = orderSteps.filter(
    (step) =>
      step !== 'collected' ||
      (orderable === undefined ? isSampled(row.receiver) : orderable.specimen !== undefined),
  );
  const at = orderSteps.indexOf(state);
  return (
    <span className="order-way">
      {way.map((step: OrderStep) => {
        const place = orderSteps.indexOf(step);
        return (
          <span key={step} className={place < at ? 'muted' : place === at ? 'at' : 'faint'}>
            {place === at && <Sign sign={step === 'answered' ? '✓' : '●'} meaning={say('orders.at')} />}
            {say(stateTexts[step])}
            {place === at && <small> {showMoment(row.since, language, today)}</small>}
          </span>
        );
      })}
      {late !== undefined && (
        <Tag kind="stale">
          ◷{' '}
          {say(late.step === 'received' ? 'orders.lateReceived' : 'orders.lateAnswered', {
            time: duration(late.byMs, say),
          })}
        </Tag>
      )}
    </span>
  );
}

/** 45 min · 3 t · 2 døgn: as exact as matters. */
function duration(ms: number, say: ReturnType<typeof useText>): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 90) return say('orders.minutes', { count: minutes });
  const hours = Math.round(minutes / 60);
  return hours < 48
    ? say('orders.hours', { count: hours })
    : say('orders.days', { count: Math.round(hours / 24) });
}
