import { destinations, readTransport } from '#fhir/transport/transport.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Panel } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { asJson } from '../record/early-warning.ts';
import { useItems } from '../record/use-patient.ts';
import { KeptSince } from '../care/kept-since.tsx';
import { TransportHow } from './transport-how.tsx';
import { stateTexts } from './transport-words.ts';
import { useTransportOrder } from './use-transport-order.ts';

/** A porter is ordered: where to, how, and one press; and how far the last ones have come. */
export function TransportPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { items, state } = useItems(patient, 'transports', 'Task');
  const { form, isolation, whyNot, order } = useTransportOrder(patient);
  const { to } = form.fields;
  return (
    <Panel title={say('transport.order')} state={state} className="transport-panel">
      <form
        className="transport-form no-print"
        aria-label={say('transport.order')}
        onSubmit={(event) => {
          event.preventDefault();
          void order();
        }}
      >
        <fieldset className="level-choices" aria-label={say('transport.to')}>
          {destinations.map((one) => (
            <button
              key={one}
              type="button"
              className="button"
              aria-pressed={one === to}
              onClick={() => form.change({ to: one })}
            >
              {one}
            </button>
          ))}
        </fieldset>
        <input
          className="input"
          aria-label={say('transport.toField')}
          placeholder={say('transport.toField')}
          maxLength={80}
          value={to}
          onChange={(event) => form.change({ to: event.target.value })}
        />
        <TransportHow form={form} />
        {isolation !== undefined && <Tag kind="abn">! {isolation}</Tag>}
        <Button kind="primary" type="submit" disabledBecause={whyNot} onPress={() => void order()}>
          {say('transport.send')}
        </Button>
        <KeptSince form={form} />
        <ActNote act={form.act} />
      </form>
      {items.slice(0, 5).map((task) => {
        const one = readTransport(asJson(task));
        return (
          <p className="row" key={one.id}>
            <span className="nowrap">{showMoment(one.at, language, today)}</span>
            <span className="grow">{one.to}</span>
            <Tag kind={one.state === 'delivered' || one.state === 'cancelled' ? 'quiet' : 'plain'}>
              {say(stateTexts[one.state])}
            </Tag>
          </p>
        );
      })}
    </Panel>
  );
}
