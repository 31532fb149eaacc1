import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { exchange } from './exchange.ts';

// What another program asks for, and what the person at the screen says to it.

export type AskedConsent = {
  readonly client: { readonly id: string; readonly name: string };
  readonly scopes: readonly string[];
  /** It is for one patient, who is chosen here. */
  readonly needsPatient: boolean;
  /** Id of the patient it was started for from the clinic: nobody is chosen then. */
  readonly patient?: string;
};

export function useAskedConsent(uid: string): UseQueryResult<AskedConsent> {
  return useQuery({
    queryKey: ['consent', uid],
    queryFn: async () => (await exchange(`/grant/${uid}/asked`)) as AskedConsent,
    retry: false,
    gcTime: 0,
  });
}

/** Where the browser goes with the answer: back to the program. */
export async function answerConsent(
  uid: string,
  answer: 'allow' | 'deny',
  patient: string | undefined,
): Promise<string> {
  const { to } = (await exchange(`/grant/${uid}/answer`, {
    method: 'POST',
    body: JSON.stringify({ answer, patient: patient ?? '' }),
    headers: { 'content-type': 'application/json' },
  })) as { readonly to: string };
  return to;
}
