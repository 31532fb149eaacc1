import { Modal } from '@mantine/core';
import type { Bundle, Task } from '@medplum/fhirtypes';
import { destinations } from '#fhir/transport/transport.ts';
import { queries } from '../../link/queries.ts';
import { takeBack } from '../../link/take-back.ts';
import danish from '../../texts/care/da.json';
import english from '../../texts/care/en.json';
import { Button } from '../../parts/button.tsx';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { offerUndo } from '../../parts/undo.ts';
import { KeptSince } from '../care/kept-since.tsx';
import { ActNote } from '../record/act-note.tsx';
import { showCpr } from '../record/person.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { TransportHow } from './transport-how.tsx';
import { useTransportOrder } from './use-transport-order.ts';
import '../care/care.css';

type DialogProps = { readonly patient: string; readonly onClose: () => void };

export function TransportDialog(props: DialogProps) {
  return (
    <MoreTexts danish={danish} english={english}>
      <OrderOverBoard {...props} />
    </MoreTexts>
  );
}

/** A porter from the board: how, and then one press on where to, which orders and can be taken back for some seconds. */
function OrderOverBoard({ patient, onClose }: DialogProps) {
  const say = useText();
  const { person, stay } = usePatientFacts(patient);
  const { form, isolation, whyNobody, whyNot, order } = useTransportOrder(patient);
  const name = person?.name ?? '…';

  async function send(to: string) {
    const stored = await order(to);
    if (stored === undefined) return;
    onClose();
    const done = say('transport.done', { name, to: to.trim() });
    offerUndo({ done, run: () => void cancel(patient, say('undo.of', { done }), stored) });
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      yOffset="6vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={
        <span className="stay-who">
          <b>{name}</b> {person?.cpr !== undefined && showCpr(person.cpr)} {stay?.ward?.name}{' '}
          {stay?.bed?.name}
        </span>
      }
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <form
        className="transport-form"
        aria-label={say('transport.order')}
        onSubmit={(event) => {
          event.preventDefault();
          if (whyNot === undefined) void send(form.fields.to);
        }}
      >
        {isolation !== undefined && (
          <p>
            <Tag kind="abn">! {isolation}</Tag>
          </p>
        )}
        <TransportHow form={form} />
        <p>{whyNobody ?? say('transport.onePress')}</p>
        <fieldset className="level-choices" aria-label={say('transport.to')}>
          {destinations.map((one, index) => (
            <Button
              key={one}
              isFirst={index === 0}
              disabledBecause={whyNobody}
              onPress={() => void send(one)}
            >
              {one}
            </Button>
          ))}
        </fieldset>
        <div className="task-why">
          <input
            className="input"
            aria-label={say('transport.toField')}
            placeholder={say('transport.toField')}
            maxLength={80}
            value={form.fields.to}
            onChange={(event) => form.change({ to: event.target.value })}
          />
          <Button
            kind="primary"
            type="submit"
            disabledBecause={whyNot}
            onPress={() => void send(form.fields.to)}
          >
            {say('transport.send')}
          </Button>
        </div>
        <KeptSince form={form} />
        <ActNote act={form.act} />
      </form>
    </Modal>
  );
}

/** As it was ordered a moment ago: whoever has taken it meanwhile keeps it. */
async function cancel(patient: string, title: string, stored: Bundle): Promise<void> {
  const made = stored.entry?.map(({ resource }) => resource).find((one) => one?.resourceType === 'Task');
  if (made === undefined) return;
  const task: Task = { ...made, status: 'cancelled', statusReason: { text: title } };
  await takeBack(patient, title, [
    { method: 'PUT', url: `Task/${made.id ?? ''}`, version: made.meta?.versionId, resource: task },
  ]);
  await queries.invalidateQueries({ queryKey: ['transport'] });
}
