import type { Bundle, Resource } from '@medplum/fhirtypes';
import { transport, transportModes } from '#fhir/transport/transport.ts';
import { makeActId } from '../../link/act-id.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { flagWords } from '../record/cave.ts';
import { useKeptForm, type KeptForm } from '../record/kept-form.ts';
import { currentRights } from '../record/role.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { performerOf } from '../vitals/use-set.ts';

export type TransportForm = KeptForm<'to' | 'mode' | 'oxygen' | 'minutes' | 'note'>;

type TransportOrder = {
  readonly form: TransportForm;
  /** Told to the porter by itself. */
  readonly isolation: string | undefined;
  /** Why nobody can be brought anywhere; undefined when only the place is missing. */
  readonly whyNobody: string | undefined;
  readonly whyNot: string | undefined;
  /** `to`: another place than the one in the form. Undefined when it was not stored. */
  readonly order: (to?: string) => Promise<Bundle | undefined>;
};

const keptAs = {
  kind: 'transport',
  part: 'transports',
  empty: { to: '', mode: 'bed', oxygen: '', minutes: '0', note: '' },
} as const;

/** A porter for one patient from where they lie: one form and one draft, on their page and over the board. */
export function useTransportOrder(patient: string): TransportOrder {
  const say = useText();
  const { stay, flags } = usePatientFacts(patient);
  const form = useKeptForm(patient, keptAs);
  const from = stay?.bed ?? stay?.ward;
  const isolation = flagWords(flags, 'isolation');
  const whyNobody = !currentRights().orders
    ? say('task.notYours')
    : form.underway
      ? say('act.underway')
      : from?.id === undefined || stay?.status !== 'here'
        ? say('transport.noStay')
        : undefined;
  const whyNot = whyNobody ?? (form.fields.to.trim() === '' ? say('transport.needsPlace') : undefined);
  return { form, isolation, whyNobody, whyNot, order };

  async function order(to = form.fields.to): Promise<Bundle | undefined> {
    if (whyNobody !== undefined || to.trim() === '' || from?.id === undefined || stay === undefined)
      return undefined;
    const at = now();
    const fullUrl = `urn:uuid:${makeActId()}`;
    const { mode, oxygen, minutes, note } = form.fields;
    const made = transport(
      {
        patient: `Patient/${patient}`,
        encounter: `Encounter/${stay.id}`,
        from: {
          reference: `Location/${from.id}`,
          display: [from.name, stay.bed === undefined ? undefined : stay.ward?.name]
            .filter((name) => name !== undefined)
            .join(', '),
        },
        to: to.trim(),
        mode: transportModes.find((one) => one === mode) ?? 'bed',
        oxygen: oxygen !== '',
        isolation,
        note: note.trim(),
        when: at + Number(minutes) * 60_000,
        at,
        requester: performerOf(queries.getQueryData<Session | null>(keys.session)),
      },
      fullUrl,
    );
    return form.send(
      say('transport.act', { to: to.trim() }),
      [
        { method: 'POST', url: 'ServiceRequest', fullUrl, resource: made.request as unknown as Resource },
        { method: 'POST', url: 'Task', resource: made.task as unknown as Resource },
      ],
      at,
    );
  }
}
