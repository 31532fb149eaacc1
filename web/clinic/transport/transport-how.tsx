import { transportModes } from '#fhir/transport/transport.ts';
import { Segments } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { modeTexts } from './transport-words.ts';
import type { TransportForm } from './use-transport-order.ts';

const inMinutes = ['0', '15', '30', '60', '120'] as const;

/** How and when somebody is brought, and what the porter should know. */
export function TransportHow({ form }: { readonly form: TransportForm }) {
  const say = useText();
  const { mode, oxygen, minutes, note } = form.fields;
  return (
    <>
      <div className="transport-how">
        <Segments
          label={say('transport.how')}
          value={mode}
          choices={transportModes.map((one) => ({ value: one, label: say(modeTexts[one]) }))}
          onChoose={(next) => form.change({ mode: next })}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={oxygen !== ''}
            onChange={(event) => form.change({ oxygen: event.target.checked ? 'yes' : '' })}
          />{' '}
          {say('transport.oxygen')}
        </label>
        <select
          className="input"
          aria-label={say('task.when')}
          value={minutes}
          onChange={(event) => form.change({ minutes: event.target.value })}
        >
          {inMinutes.map((one) => (
            <option key={one} value={one}>
              {one === '0' ? say('task.now') : say('transport.inMinutes', { minutes: one })}
            </option>
          ))}
        </select>
      </div>
      <input
        className="input"
        aria-label={say('transport.note')}
        placeholder={say('transport.note')}
        maxLength={200}
        value={note}
        onChange={(event) => form.change({ note: event.target.value })}
      />
    </>
  );
}
