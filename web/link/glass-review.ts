import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { exchange } from './exchange.ts';
import { queries } from './queries.ts';

// The list of records that were opened with a reason, for those who look through them.

export type OpenedRecord = {
  readonly id: string;
  readonly who: string;
  readonly user: string;
  readonly role: string;
  /** Patient/…: whoever reviews sees no names. */
  readonly patient: string;
  readonly reason: string;
  readonly at: string;
  /** 0 when it is closed again. */
  readonly minutesLeft: number;
  readonly reviewedBy: string | undefined;
  readonly finding: string | undefined;
};

/** More are not looked through at one sitting; what is left comes when these are done. */
export const openedMax = 200;
// The feed does not tell of them.
const askedEachMs = 20_000;

export function useOpenedRecords(all: boolean): UseQueryResult<readonly OpenedRecord[]> {
  return useQuery({
    queryKey: ['review', all ? 'all' : 'waiting'],
    queryFn: async () => {
      const { parameter } = (await exchange(
        `/fhir/$broken-glass?_count=${openedMax}${all ? '&all=true' : ''}`,
      )) as Parameters;
      return (parameter ?? []).map(openedOf);
    },
    refetchInterval: askedEachMs,
  });
}

/** @throws LinkFault `refused` when somebody else was quicker, or when it is one's own. */
export async function saveFinding(id: string, finding: string): Promise<void> {
  await exchange('/fhir/$review-glass', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        { name: 'id', valueString: id },
        { name: 'finding', valueString: finding },
      ],
    }),
  });
  await queries.invalidateQueries({ queryKey: ['review'] });
}

function openedOf({ part }: ParametersParameter): OpenedRecord {
  const named = (name: string) => part?.find((one) => one.name === name);
  return {
    id: named('id')?.valueString ?? '',
    who: named('who')?.valueString ?? '',
    user: named('user')?.valueString ?? '',
    role: named('role')?.valueCode ?? '',
    patient: named('patient')?.valueReference?.reference ?? '',
    reason: named('reason')?.valueString ?? '',
    at: named('at')?.valueInstant ?? '',
    minutesLeft: named('minutesLeft')?.valueInteger ?? 0,
    reviewedBy: named('reviewedBy')?.valueString,
    finding: named('finding')?.valueString,
  };
}
