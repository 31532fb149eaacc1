import type { Reference } from '@medplum/fhirtypes';
import { useMemo } from 'react';
import type { LetterKind } from '#fhir/letters/kinds.ts';
import { usePart } from '../../link/queries.ts';
import { useOrganisations } from '../../link/ward-letters.ts';
import { ofType } from '../record/coding.ts';
import { personOf } from '../record/person.ts';
import { departmentsOf } from './letter-rows.ts';

/** Who a letter of this kind may go to, as far as they are known: any other is written. */
export function useReceivers(patient: string, kind: LetterKind): readonly Reference[] {
  const [source] = ofType(usePart(patient, 'person').data?.resources, 'Patient');
  const organisations = useOrganisations().data?.resources;
  return useMemo(
    () =>
      kind.receivers.flatMap((receiver): readonly Reference[] => {
        if (receiver === 'patient')
          return source === undefined
            ? []
            : [{ reference: `Patient/${source.id ?? ''}`, display: personOf(source).name }];
        if (receiver === 'gp')
          return (source?.generalPractitioner ?? []).filter(({ display }) => display !== undefined);
        if (receiver === 'department') return departmentsOf(ofType(organisations, 'Organization'));
        // Which municipality is responsible no register tells here: the town of the address, to be changed.
        const city = source?.address?.[0]?.city;
        return city === undefined ? [] : [{ display: `${city} Kommune` }];
      }),
    [kind, source, organisations],
  );
}

/** The receiver that a new letter begins with: the only kind there is. undefined: not known yet. */
export function useFirstReceiver(patient: string, kind: LetterKind): Reference | 'none' | undefined {
  const person = usePart(patient, 'person');
  const receivers = useReceivers(patient, kind);
  if (person.data === undefined && !person.isError) return undefined;
  const [only, ...others] = kind.receivers;
  const isCertain = others.length === 0 && (only === 'gp' || only === 'patient');
  return isCertain ? (receivers[0] ?? 'none') : 'none';
}
