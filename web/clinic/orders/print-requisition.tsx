import type { Specimen } from '@medplum/fhirtypes';
import { receiverOf } from '#fhir/orders/catalogue.ts';
import { Barcode } from '../../parts/barcode.tsx';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showDate, showDayAndTime } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { wordsOf } from '../record/coding.ts';
import type { OrderRow } from '../record/orders.ts';
import { showCpr, type Person } from '../record/person.ts';
import type { Stay } from '../record/stay.ts';
import { priorityTexts } from './basket-panel.tsx';
import { nameIn } from './order-search.tsx';

type Who = { readonly person: Person | undefined; readonly stay: Stay | undefined };

/** On paper: what was signed together, by receiver, with the bar code of the requisition, and a label for each sample. */
export function Requisition({
  number,
  rows,
  samples,
  person,
  stay,
}: Who & {
  readonly number: string;
  readonly rows: readonly OrderRow[];
  readonly samples: readonly Specimen[];
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const [first] = rows;
  return (
    <section className="requisition print-only" aria-hidden="true">
      <h1>{say('requisition.title')}</h1>
      <div className="requisition-head">
        <Identity person={person} stay={stay} />
        <Barcode text={number} />
      </div>
      {first !== undefined && (
        <p>
          {say('requisition.ordered', {
            who: first.by ?? '–',
            time: showDayAndTime(first.authored, language),
          })}{' '}
          · {say('requisition.printed', { time: showDayAndTime(today, language) })}
        </p>
      )}
      {[...Map.groupBy(rows, ({ receiver }) => receiver)].map(([id, some]) => {
        const receiver = receiverOf(id);
        return (
          <table key={id} className="table">
            <thead>
              <tr>
                <th>{receiver === undefined ? id : nameIn(receiver, language)}</th>
                <th>{say('orders.priority')}</th>
                <th>{say('orders.wanted')}</th>
                <th>{say('orders.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {some.map((row) => (
                <tr key={row.id}>
                  <td>
                    {row.words}
                    {row.order.quantityQuantity?.value !== undefined &&
                      ` × ${row.order.quantityQuantity.value}`}{' '}
                    {row.order.bodySite?.map(wordsOf).join(', ')}
                  </td>
                  <td>{say(priorityTexts[row.priority])}</td>
                  <td>{row.wanted !== undefined && showDayAndTime(row.wanted, language)}</td>
                  <td>{row.order.reasonCode?.[0]?.text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      })}
      {samples.length > 0 && <Labels samples={samples} person={person} stay={stay} />}
    </section>
  );
}

/** One label for each sample: who, what into, when, and the number as bars. */
export function Labels({ samples, person, stay }: Who & { readonly samples: readonly Specimen[] }) {
  const language = useLanguage();
  return (
    <ul className="labels">
      {samples.map((sample) => {
        const taken = instantOf(sample.collection?.collectedDateTime);
        return (
          <li key={sample.id} className="label">
            <Identity person={person} stay={stay} />
            <Barcode text={sample.accessionIdentifier?.value ?? '-'} />
            <span>
              {sample.container?.[0]?.description ?? wordsOf(sample.type)}
              {taken !== undefined && ` · ${showDayAndTime(taken, language)}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Identity({ person, stay }: Who) {
  const language = useLanguage();
  return (
    <span className="identity">
      <b>{person?.cpr === undefined ? showDate(person?.birthDate, language) : showCpr(person.cpr)}</b>
      <span>{person?.name}</span>
      <span>{[stay?.ward?.name, stay?.bed?.name].filter(Boolean).join(' · ')}</span>
    </span>
  );
}
