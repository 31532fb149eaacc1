import type { ServiceRequest, Task } from '@medplum/fhirtypes';
import type { ReactNode } from 'react';
import { bloodMlOf, orderableSystem, priorities, type Priority } from '#fhir/orders/catalogue.ts';
import { doubleOf } from '#fhir/orders/steps.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { dayOf, showMoment, showTime } from '../../parts/format/date.ts';
import { showNumber } from '../../parts/format/number.ts';
import { Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { orderRows } from '../record/orders.ts';
import { showCpr, type Person } from '../record/person.ts';
import { staffInitials, type Stay } from '../record/stay.ts';
import {
  changeGroup,
  changeLine,
  fieldOf,
  groupsOf,
  morningRound,
  removeItem,
  type Basket,
  type BasketGroup,
  type BasketLine,
  type Gap,
} from './basket.ts';
import { nameIn } from './order-search.tsx';
import { stateTexts } from './order-texts.ts';

export const priorityTexts = {
  routine: 'orders.routine',
  urgent: 'orders.urgent',
  stat: 'orders.stat',
} as const satisfies Record<Priority, TextKey>;

const gapTexts = {
  reason: 'orders.missingReason',
  site: 'orders.missingSite',
  quantity: 'orders.missingQuantity',
  when: 'orders.missingTime',
} as const satisfies Record<Gap['question'], TextKey>;

type BasketPanelProps = {
  readonly basket: Basket;
  readonly gaps: readonly Gap[];
  /** Whoever tried to sign is shown what is missing; before that nothing is red. */
  readonly asked: boolean;
  readonly orders: readonly ServiceRequest[];
  readonly tasks: readonly Task[];
  readonly countsBlood: boolean;
  readonly person: Person | undefined;
  readonly stay: Stay | undefined;
  readonly whyNot: string | undefined;
  readonly onChange: (next: Basket) => void;
  readonly onSign: () => void;
  readonly children: ReactNode;
};

export function BasketPanel(props: BasketPanelProps) {
  const { basket, person, stay, whyNot, onSign, countsBlood } = props;
  const say = useText();
  const language = useLanguage();
  const groups = groupsOf(basket);
  const count = basket.lines.length;
  const ml = bloodMlOf(groups.flatMap(({ lines }) => lines.map(({ orderable }) => orderable)));
  return (
    <section className="panel basket" aria-label={say('orders.basket')}>
      <header>
        <h2>{say('orders.basket')}</h2>
        <span className="muted">{count}</span>
        {ml > 0 && (
          <span className={countsBlood ? 'abn-words' : 'muted'}>
            {say('orders.blood', { ml: showNumber(ml, language) })}
          </span>
        )}
      </header>
      <ScrollRegion className="panel-body" label={say('orders.basket')}>
        {count === 0 && <Nothing text={say('orders.emptyBasket')} />}
        {groups.map((group) => (
          <Group key={group.receiver.id} group={group} {...props} />
        ))}
      </ScrollRegion>
      <footer className="basket-sign">
        {props.children}
        <p>
          <b>{person?.name}</b> {person?.cpr !== undefined && showCpr(person.cpr)}{' '}
          {stay === undefined || stay.status === 'planned' ? (
            <span className="abn-words">{say('orders.ambulatory')}</span>
          ) : (
            stay.bed?.name
          )}
        </p>
        <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={whyNot} onPress={onSign}>
          {say('orders.sign', { count })}
        </Button>
      </footer>
    </section>
  );
}

function Group({ group, ...props }: BasketPanelProps & { readonly group: BasketGroup }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { basket, onChange, gaps, asked } = props;
  const { receiver, priority, when, reason } = group;
  const set = (change: Parameters<typeof changeGroup>[2]) =>
    onChange(changeGroup(basket, receiver.id, change));
  const missing = (question: Gap['question']) => gapOf(gaps, fieldOf(receiver.id, question), asked);
  const ownTime = when !== 'now' && when !== 'morning';
  return (
    <fieldset className="basket-group">
      <legend>{nameIn(receiver, language)}</legend>
      <div className="basket-settings">
        <label>
          <Unseen>{say('orders.priority')}</Unseen>
          <select
            className={`input select ${priority}`}
            value={priority}
            onChange={({ target }) =>
              set({ priority: priorities.find((each) => each === target.value) ?? 'routine' })
            }
          >
            {priorities.map((each) => (
              <option key={each} value={each}>
                {say(priorityTexts[each])}
              </option>
            ))}
          </select>
        </label>
        <label>
          <Unseen>{say('orders.when')}</Unseen>
          <select
            className="input select"
            value={ownTime ? 'own' : when}
            onChange={({ target }) =>
              set({ when: target.value === 'own' ? `${dayOf(today)}T${showTime(today)}` : target.value })
            }
          >
            <option value="now">{say('orders.now')}</option>
            <option value="morning">{say('orders.morning', { time: morningRound })}</option>
            <option value="own">{say('orders.ownTime')}</option>
          </select>
        </label>
        {ownTime && (
          <input
            id={fieldOf(receiver.id, 'when')}
            type="datetime-local"
            className="input"
            aria-label={say('orders.ownTime')}
            aria-invalid={missing('when') !== undefined || undefined}
            value={when}
            onChange={({ target }) => set({ when: target.value })}
          />
        )}
      </div>
      {group.asksReason && (
        <Asked
          id={fieldOf(receiver.id, 'reason')}
          label={say('orders.reason')}
          value={reason}
          missing={missing('reason')}
          onChange={(next) => set({ reason: next })}
        />
      )}
      <ul>
        {group.lines.map((line) => (
          <Line key={line.item} line={line} {...props} />
        ))}
      </ul>
    </fieldset>
  );
}

function Line({
  line,
  basket,
  gaps,
  asked,
  orders,
  tasks,
  onChange,
}: BasketPanelProps & { readonly line: BasketGroup['lines'][number] }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { orderable, item, site = '', quantity = '' } = line;
  const double = doubleOf(orderable, orderableSystem, orders, today);
  const [known] = double === undefined ? [] : orderRows([double], tasks, today);
  const set = (change: Partial<BasketLine>) => onChange(changeLine(basket, item, change));
  const remove = () => onChange(removeItem(basket, item));
  return (
    <li className="basket-line">
      <span className="grow">
        {nameIn(orderable, language)}{' '}
        {orderable.container !== undefined && <small className="muted">{orderable.container}</small>}
      </span>
      <button type="button" className="button plain" onClick={remove}>
        <span aria-hidden="true">✕</span>
        <Unseen>{say('orders.remove', { what: nameIn(orderable, language) })}</Unseen>
      </button>
      {known !== undefined && (
        <p className="basket-double">
          <span>
            {say('orders.double', {
              time: showMoment(known.authored, language, today),
              who: staffInitials(known.by),
              state: say(stateTexts[known.state]).toLocaleLowerCase(language),
            })}
          </span>
          <Button onPress={remove}>{say('orders.useThat')}</Button>
        </p>
      )}
      {orderable.requires.includes('site') && (
        <Asked
          id={fieldOf(item, 'site')}
          label={say('orders.site')}
          value={site}
          missing={gapOf(gaps, fieldOf(item, 'site'), asked)}
          onChange={(next) => set({ site: next })}
        />
      )}
      {orderable.requires.includes('quantity') && (
        <Asked
          id={fieldOf(item, 'quantity')}
          label={say('orders.quantity')}
          value={quantity}
          digits
          missing={gapOf(gaps, fieldOf(item, 'quantity'), asked)}
          onChange={(next) => set({ quantity: next.replace(/\D/g, '') })}
        />
      )}
    </li>
  );
}

const gapOf = (gaps: readonly Gap[], field: string, asked: boolean): Gap | undefined =>
  asked ? gaps.find((gap) => gap.field === field) : undefined;

type AskedProps = {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly missing: Gap | undefined;
  readonly digits?: boolean;
  readonly onChange: (next: string) => void;
};

function Asked({ id, label, value, missing, digits = false, onChange }: AskedProps) {
  const say = useText();
  return (
    <label className="field basket-asked">
      <span>{label}</span>
      <input
        id={id}
        className="input"
        autoComplete="off"
        inputMode={digits ? 'numeric' : 'text'}
        maxLength={digits ? 2 : 1000}
        aria-invalid={missing !== undefined || undefined}
        aria-describedby={missing === undefined ? undefined : `${id}-gap`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {missing !== undefined && (
        <span id={`${id}-gap`} className="basket-gap">
          {say(gapTexts[missing.question])}
        </span>
      )}
    </label>
  );
}
