import type { MedicationRequest } from '@medplum/fhirtypes';
import { Nothing } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { wordsOf } from '../record/coding.ts';
import { drugNameOf } from '../record/dose.ts';
import { DrugLine } from '../record/drug-line.tsx';

/** What the patient took before, each with what became of it here: compared by ATC code, else by generic name. */
export function HomeMedicine({
  home,
  ward,
}: {
  readonly home: readonly MedicationRequest[];
  readonly ward: readonly MedicationRequest[];
}) {
  const say = useText();
  const active = home.filter((request) => request.status === 'active' || request.status === 'on-hold');
  if (active.length === 0) return <Nothing />;
  return active.map((request) => {
    const same = ward.filter((each) => identity(each) === identity(request));
    const now =
      same.find((each) => each.status === 'active') ??
      same.find((each) => each.status === 'on-hold') ??
      same[0];
    return (
      <div className="row" key={request.id}>
        <span className="grow">
          <DrugLine request={request} />
          <span className="muted">{request.reasonCode?.map(wordsOf).join(', ')}</span>
        </span>
        {now === undefined ? (
          <Tag kind="abn">{say('home.notContinued')}</Tag>
        ) : now.status === 'active' ? (
          <span className="muted nowrap">{say('home.continued')}</span>
        ) : (
          <Tag kind="quiet">
            {now.status === 'on-hold' ? `‖ ${say('dose.paused')}` : say('medication.stopped')}
          </Tag>
        )}
      </div>
    );
  });
}

function identity(request: MedicationRequest): string {
  const atc = request.medicationCodeableConcept?.coding?.find(
    (coding) => coding.system === 'http://www.whocc.no/atc',
  )?.code;
  return atc ?? drugNameOf(request).generic.toLowerCase();
}
