import type { Location } from '@medplum/fhirtypes';
import { queries } from '../../link/queries.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { currentRights } from '../record/role.ts';

type Next = { readonly code: string; readonly display: string; readonly text: TextKey };

/** What an empty bed becomes by one press: cleaned, closed, opened again (HL7 v2 table 0116). */
const nextOf: Readonly<Record<string, Next>> = {
  K: { code: 'U', display: 'Unoccupied', text: 'bed.clean' },
  U: { code: 'C', display: 'Closed', text: 'bed.close' },
  C: { code: 'U', display: 'Unoccupied', text: 'bed.open' },
};

/** The button of a bed that nobody lies in. */
export function BedButton({ bed }: { readonly bed: Location }) {
  const say = useText();
  // A bed is about nobody; the act is kept under no patient.
  const act = useAct('');
  const next = nextOf[bed.operationalStatus?.code ?? ''];
  if (next === undefined) return null;
  const whyNot = currentRights().tendsBeds
    ? act.state === undefined
      ? undefined
      : say('act.underway')
    : say('bed.notForRole');
  const title = `${bed.name ?? ''}: ${say(next.text)}`;
  return (
    <>
      <Button kind="plain" disabledBecause={whyNot} onPress={() => void run()}>
        {say(next.text)}
        <Unseen> {bed.name}</Unseen>
      </Button>
      {act.fault !== undefined && <span className="error">{say('bed.notChanged')}</span>}
    </>
  );

  async function run() {
    if (next === undefined) return;
    const { code, display } = next;
    const resource: Location = {
      ...bed,
      operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code, display },
    };
    const url = `Location/${bed.id ?? ''}`;
    await act.send(title, [{ method: 'PUT', url, resource, version: bed.meta?.versionId }]);
    void queries.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind === 'ward' });
  }
}
