import type { Organization, Reference } from '@medplum/fhirtypes';
import { useState } from 'react';
import type { Whereto } from '#fhir/stay.ts';
import { usePlaces } from '../../link/queries.ts';
import { useText } from '../../parts/text.tsx';
import { ofType } from '../record/coding.ts';
import { BedPicker } from './bed-picker.tsx';

type AdmitFormProps = {
  readonly ward: string;
  readonly onWard: (ward: string) => void;
  readonly busy: boolean;
  readonly onAdmit: (
    to: Whereto,
    name: string,
    reason: string,
    department: Reference<Organization> | undefined,
  ) => void;
};

/** Why, then the bed: pressing it admits. */
export function AdmitForm({ ward, onWard, busy, onAdmit }: AdmitFormProps) {
  const say = useText();
  const [reason, setReason] = useState('');
  const places = usePlaces();
  return (
    <>
      <label className="field">
        <span>{say('stay.reason')}</span>
        <input
          className="input"
          data-autofocus
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <BedPicker
        ward={ward}
        onWard={onWard}
        busy={busy}
        onPick={(to, name) => {
          const place = ofType(places.data?.resources, 'Location').find(({ id }) => id === ward);
          onAdmit(to, name, reason.trim(), place?.managingOrganization);
        }}
      />
    </>
  );
}
