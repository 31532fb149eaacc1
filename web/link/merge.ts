import type { Parameters } from '@medplum/fhirtypes';
import { exchange } from './exchange.ts';

// Two records of one person: the server joins them and takes them apart (Patient/[id]/$merge, $unmerge).

export type MergePreview = {
  /** How many resources would move. */
  readonly moves: number;
  /** How many of each type, the most first. */
  readonly kinds: readonly (readonly [type: string, count: number])[];
};

/** What a merge would move; nothing is written. @throws LinkFault */
export async function previewMerge(target: string, source: string): Promise<MergePreview> {
  const { parameter = [] } = await ask(`Patient/${target}/$merge`, source, true);
  const counts = parameter.flatMap(({ name, valueInteger }) =>
    valueInteger === undefined ? [] : [[name, valueInteger] as const],
  );
  return {
    moves: counts.find(([name]) => name === 'moves')?.[1] ?? 0,
    kinds: counts.filter(([name]) => name !== 'moves').sort(([, a], [, b]) => b - a),
  };
}

/** Joins the source's record into the target's, once for each act; answers with how many resources moved. @throws LinkFault */
export async function merge(target: string, source: string, act: string): Promise<number> {
  const { parameter } = await ask(`Patient/${target}/$merge`, source, false, act);
  return parameter?.find(({ name }) => name === 'moved')?.valueInteger ?? 0;
}

/** Takes apart what was merged; answers with how many entries a person must decide about. @throws LinkFault */
export async function unmerge(source: string): Promise<number> {
  const { parameter } = (await exchange(`/fhir/Patient/${source}/$unmerge`, {
    method: 'POST',
  })) as Parameters;
  return parameter?.find(({ name }) => name === 'toDecide')?.valueInteger ?? 0;
}

async function ask(path: string, source: string, preview: boolean, act?: string): Promise<Parameters> {
  const parameter = [
    { name: 'source', valueReference: { reference: `Patient/${source}` } },
    ...(preview ? [{ name: 'preview', valueBoolean: true }] : []),
  ];
  return (await exchange(`/fhir/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/fhir+json',
      ...(act !== undefined && { 'idempotency-key': act }),
    },
    body: JSON.stringify({ resourceType: 'Parameters', parameter }),
  })) as Parameters;
}
