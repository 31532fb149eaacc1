/**
 * A person's own phrases for notes (src/fhir/notes/phrases.ts): `GET Basic/$phrases` lists the caller's, `POST` with `name` and `text`
 * keeps one, with `name` alone removes it. Each is a Basic of its own, so that two screens never lose each other's; it belongs to no
 * patient, so that nobody but its author reads it, and that by this operation alone.
 */
import { createHash } from 'node:crypto';
import { uuidv7 } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import { noGuards } from '#care/guard.ts';
import { isPhraseName, phraseTextMax } from '#fhir/notes/phrases.ts';
import { parseResource } from '#fhir/parse.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { mayWriteType } from '#identity/role.ts';
import { seesEverything } from '#store/access.ts';
import { readPlaces } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import { answerJson } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { performEntries } from '../write/write.ts';
import { questionOf } from './question.ts';

const kindSystem = 'https://holdfast.dk/fhir/basic-kind';
const nameUrl = 'https://holdfast.dk/fhir/phrase-name';
const textUrl = 'https://holdfast.dk/fhir/phrase-text';
/** More than this nobody remembers. */
const phrasesMax = 200;

export async function ownPhrases(service: Service, request: FhirRequest): Promise<Answer> {
  return answerJson(JSON.stringify(listed(await readOwn(service, ownerOf(request)))), 200);
}

export async function keepPhrase(service: Service, request: FhirRequest): Promise<Answer> {
  const owner = ownerOf(request);
  const asked = questionOf(service, request);
  const name = asked.text('name') ?? '';
  const text = asked.text('text')?.trim();
  if (!isPhraseName(name)) throw wrong('name', 'expected 1 to 20 letters and digits');
  if (text !== undefined && (text === '' || text.length > phraseTextMax))
    throw wrong('text', `expected 1 to ${phraseTextMax} characters`);
  const id = `phrase-${createHash('sha256').update(`${owner} ${name}`).digest('hex').slice(0, 40)}`;
  const [place] = await readPlaces(service.store.sql, [{ type: 'Basic', id }]);
  const isThere = place !== undefined && !place.deleted;
  if (text !== undefined && !isThere && (await readOwn(service, owner)).length >= phrasesMax)
    throw new Refusal('unprocessable', `expected at most ${phrasesMax} phrases; remove one first`);
  const common = { type: 'Basic', id, newId: uuidv7() } as const;
  const resource = {
    resourceType: 'Basic',
    id,
    extension: [
      { url: nameUrl, valueString: name },
      { url: textUrl, valueString: text },
    ],
    code: { coding: [{ system: kindSystem, code: 'phrase' }] },
    author: { reference: owner },
  };
  if (text !== undefined || isThere)
    await performEntries(
      service,
      // In the name of who asks, by the program: people write nothing that belongs to no patient.
      { ...request, caller: { author: request.caller.author, sees: seesEverything } },
      [
        text === undefined
          ? { kind: 'delete', ...common }
          : {
              kind: 'update',
              ...common,
              resource: parseResource(JSON.stringify(resource), service.limits),
            },
      ],
      noGuards,
    );
  return ownPhrases(service, request);
}

/** `Practitioner/…` of who asks, who writes notes. */
function ownerOf({ caller: { author, person } }: FhirRequest): string {
  if (!person || !author.startsWith('Practitioner/') || !mayWriteType(person.role, 'DocumentReference'))
    throw new Refusal('forbidden', 'only who writes notes has phrases', { detail: 'role' });
  return author;
}

interface Kept {
  readonly name: string;
  readonly text: string;
}

async function readOwn({ store }: Service, owner: string): Promise<readonly Kept[]> {
  const criteria = new URLSearchParams({ author: owner, code: `${kindSystem}|phrase` });
  const query = parseSearch('Basic', [...criteria], {
    strict: true,
    pageDefault: 1,
    pageMax: phrasesMax,
    base: '',
  });
  const rows = await firstMatches(store.sql, seesEverything, query, phrasesMax);
  return rows.flatMap(({ body }): Kept[] => {
    if (body === undefined) return [];
    const { extension = [] } = JSON.parse(body) as {
      extension?: readonly { url: string; valueString?: string }[];
    };
    const said = (url: string) => extension.find((one) => one.url === url)?.valueString ?? '';
    return [{ name: said(nameUrl), text: said(textUrl) }];
  });
}

function listed(phrases: readonly Kept[]): object {
  return {
    resourceType: 'Parameters',
    // FHIR knows no empty list.
    ...(phrases.length === 0
      ? {}
      : {
          parameter: phrases.map(({ name, text }) => ({
            name: 'phrase',
            part: [
              { name: 'name', valueString: name },
              { name: 'text', valueString: text },
            ],
          })),
        }),
  };
}

function wrong(name: string, text: string): Refusal {
  return new Refusal('invalid', [{ code: 'value', at: `Parameters.parameter:${name}`, text }]);
}
