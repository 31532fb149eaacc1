/* oxlint-disable jsx-a11y/no-autofocus, jsx-a11y/no-noninteractive-element-to-interactive-role, jsx-a11y/prefer-tag-over-role, jsx-a11y/click-events-have-key-events -- the combobox pattern of the ARIA practices; the page opens because somebody is to order */
import type { Observation, ServiceRequest } from '@medplum/fhirtypes';
import { useId, useState, type KeyboardEvent } from 'react';
import {
  findOrderables,
  orderableOf,
  orderableSystem,
  orderSets,
  receiverOf,
  type FoundOrderable,
  type Orderable,
  type OrderSet,
} from '#fhir/orders/catalogue.ts';
import { doubleOf } from '#fhir/orders/steps.ts';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { showNumber } from '../../parts/format/number.ts';
import type { Language } from '../../parts/settings.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { hasCode } from '../record/coding.ts';
import { isCritical, markOf, markSign, takenAt, valueText } from '../record/results.ts';

// One box for everything that can be ordered. Enter takes the chosen line; while the box is empty a digit takes a set.

type OrderSearchProps = {
  readonly orders: readonly ServiceRequest[];
  readonly labs: readonly Observation[];
  readonly chosen: readonly string[];
  /** Blood is counted where there is little of it. */
  readonly countsBlood: boolean;
  readonly onItems: (items: readonly string[], set?: OrderSet) => void;
};

export const nameIn = (named: Pick<Orderable, 'danish' | 'english'>, language: Language): string =>
  language === 'da' ? named.danish : named.english;

export function OrderSearch({ orders, labs, chosen, countsBlood, onItems }: OrderSearchProps) {
  const say = useText();
  const language = useLanguage();
  const listId = useId();
  const today = useNow();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { shown, all } = findOrderables(text);
  const current = shown[Math.min(at, shown.length - 1)];

  function take(found: FoundOrderable) {
    if (found.kind === 'set') onItems(found.set.items, found.set);
    else onItems([found.item.id]);
    setText('');
    setAt(0);
  }

  function type(next: string) {
    const set = text === '' && /^[1-9]$/.test(next) ? orderSets[Number(next) - 1] : undefined;
    if (set !== undefined) return take({ kind: 'set', set });
    setText(next);
    setAt(0);
    return undefined;
  }

  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt(Math.min(Math.max(0, at + step), Math.max(0, shown.length - 1)));
    else if (event.key === 'Enter' && current !== undefined) take(current);
    else if (event.key === 'Escape' && text !== '') type('');
    else return;
    event.preventDefault();
  }

  return (
    <section className="panel order-search" aria-label={say('orders.search')}>
      <div className="order-search-box">
        <input
          className="input"
          role="combobox"
          aria-label={say('orders.search')}
          aria-expanded={shown.length > 0}
          aria-controls={listId}
          aria-activedescendant={current === undefined ? undefined : `${listId}-${at}`}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={60}
          placeholder={say('orders.searchHint')}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={press}
        />
        <output className="muted">
          {text !== '' &&
            (all === 0 ? say('orders.noneFound') : say('orders.found', { shown: shown.length, all }))}
        </output>
      </div>
      {text === '' ? (
        <ul className="ready-texts order-sets" aria-label={say('orders.sets')}>
          {orderSets.map((set, index) => (
            <li key={set.id}>
              <button type="button" className="button" onClick={() => take({ kind: 'set', set })}>
                <kbd>{index + 1}</kbd> {nameIn(set, language)}
                <span className="muted">{set.items.length}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <ul className="order-found" id={listId} role="listbox" aria-label={say('orders.search')}>
          {shown.map((found, index) => (
            <li
              key={found.kind === 'set' ? `set-${found.set.id}` : found.item.id}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={found === current}
              onClick={() => take(found)}
            >
              {found.kind === 'set' ? (
                <SetLine set={found.set} />
              ) : (
                <ItemLine
                  item={found.item}
                  isChosen={chosen.includes(found.item.id)}
                  countsBlood={countsBlood}
                  last={lastOf(found.item, labs)}
                  double={doubleOf(found.item, orderableSystem, orders, today)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function SetLine({ set }: { readonly set: OrderSet }) {
  const say = useText();
  const language = useLanguage();
  return (
    <>
      <b>{nameIn(set, language)}</b>{' '}
      <span className="muted">
        {say('orders.setOf', { count: set.items.length })}{' '}
        {set.items
          .flatMap((id) => orderableOf(id) ?? [])
          .map((item) => nameIn(item, language))
          .join(', ')}
      </span>
    </>
  );
}

function ItemLine({
  item,
  isChosen,
  countsBlood,
  last,
  double,
}: {
  readonly item: Orderable;
  readonly isChosen: boolean;
  readonly countsBlood: boolean;
  readonly last: Observation | undefined;
  readonly double: ServiceRequest | undefined;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const receiver = receiverOf(item.receiver);
  const mark = last === undefined ? undefined : markOf(last);
  return (
    <>
      <b>{nameIn(item, language)}</b>{' '}
      <span className="muted">
        {[receiver === undefined ? item.receiver : nameIn(receiver, language), item.specimen, item.container]
          .filter((part) => part !== undefined)
          .join(' · ')}
        {countsBlood && item.bloodMl !== undefined && ` · ${showNumber(item.bloodMl, language)} ml`}
      </span>
      <span className="grow" />
      {last !== undefined && (
        <span className="order-last">
          {showMoment(takenAt(last), language, today)}:{' '}
          <b className={isCritical(mark) ? 'crit-words' : mark === undefined ? '' : 'abn-words'}>
            {valueText(last, language, true)} {mark !== undefined && markSign[mark]}
          </b>
        </span>
      )}
      {double !== undefined && <span className="tag abn">{say('orders.already')}</span>}
      {isChosen && <span className="tag quiet">{say('orders.inBasket')}</span>}
    </>
  );
}

/** The newest answer of this analysis, by its official code: a name could be another laboratory's. */
function lastOf(item: Orderable, labs: readonly Observation[]): Observation | undefined {
  return item.npu === undefined ? undefined : labs.find((each) => hasCode(each.code, item.npu ?? ''));
}
