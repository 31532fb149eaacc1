import type { Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { findAll } from '../../link/fhir.ts';
import { keys } from '../../link/queries.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ofType } from '../record/coding.ts';
import { earlierValue, valueText } from '../record/results.ts';

/** What a corrected value was before: whoever acted on the old number must be able to see it. */
export function CorrectedFrom({
  patient,
  observation,
}: {
  readonly patient: string;
  readonly observation: Observation;
}) {
  const say = useText();
  const language = useLanguage();
  const id = observation.id ?? '';
  const versions = useQuery({
    queryKey: [...keys.patient(patient), 'history', id, observation.meta?.versionId ?? ''],
    queryFn: () => findAll(`Observation/${id}/_history?_count=50`),
  });
  const before = earlierValue(observation, ofType(versions.data?.resources, 'Observation'));
  if (before === undefined) return null;
  return (
    <div className="abn-words">
      {say('results.correctedFrom', { value: valueText(before, language, true) })}
    </div>
  );
}
