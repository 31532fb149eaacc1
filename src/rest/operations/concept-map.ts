/** `ConceptMap/$translate` (http://hl7.org/fhir/R4/conceptmap-operation-translate.html). */
import { Refusal } from '#base/refusal.ts';
import { bareUrl } from '#fhir/terminology/library.ts';
import type { ConceptMapTable, MapGroup } from '#fhir/terminology/tables.ts';
import { readConceptMaps } from '#store/definitions.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { codingsIn, textIn } from './code-system.ts';
import { answerParameters, instanceOf, questionOf, type Coding, type Question } from './question.ts';
import { treesOf, withStored } from './stored-definitions.ts';

/** Matches told, and concept maps of the record that are looked through when none is named. */
const matchesMax = 200;
const mapsMax = 200;

export async function translate(service: Service, request: FhirRequest): Promise<Answer> {
  const question = questionOf(service, request);
  const given = (await instanceOf(service, request)) ?? question.resource('conceptMap');
  const url = question.text('url') ?? textIn(given, 'url');
  const codings = codingsIn(question);
  if (codings.length === 0)
    throw new Refusal('invalid', [{ code: 'required', at: 'code', text: 'is required, or a coding' }]);
  const stored = given ? [given] : treesOf(await readConceptMaps(service.store.sql, mapsMax));
  return withStored(
    service,
    ({ terminology }) => {
      const maps = terminology.conceptMaps().filter((map) => isMeant(map, url, question));
      if (url !== undefined && maps.length === 0)
        throw new Refusal('unknown', `the concept map ${url.slice(0, 200)} is not known here`);
      const reverse = question.flag('reverse');
      const matches = maps.flatMap((map) =>
        map.groups.flatMap((group) =>
          codings.flatMap((coding) => matchesIn(map, group, coding, reverse, question)),
        ),
      );
      const isTranslated = matches.some(
        ({ equivalence }) => equivalence !== 'unmatched' && equivalence !== 'disjoint',
      );
      return answerParameters([
        { name: 'result', valueBoolean: isTranslated },
        ...(isTranslated ? [] : [{ name: 'message', valueString: 'no translation is known here' }]),
        ...matches.slice(0, matchesMax).map((match) => ({
          name: 'match',
          part: [
            { name: 'equivalence', valueCode: match.equivalence },
            { name: 'concept', valueCoding: match.concept },
            { name: 'source', valueUri: match.source },
          ],
        })),
      ]);
    },
    stored,
  );
}

function isMeant(map: ConceptMapTable, url: string | undefined, question: Question): boolean {
  if (url !== undefined) return map.url === bareUrl(url);
  const [source, target] = [question.text('source'), question.text('target')];
  return (source === undefined || map.source === source) && (target === undefined || map.target === target);
}

interface Match {
  readonly equivalence: string;
  readonly concept: object;
  readonly source: string;
}

function matchesIn(
  map: ConceptMapTable,
  group: MapGroup,
  coding: Coding,
  reverse: boolean,
  question: Question,
): Match[] {
  const [from, to] = reverse ? [group.target, group.source] : [group.source, group.target];
  if (coding.system !== undefined && from !== undefined && coding.system !== from) return [];
  const wanted = question.text('targetsystem') ?? question.text('targetSystem');
  if (wanted !== undefined && to !== wanted) return [];
  return group.rows
    .filter(([code, target]) => (reverse ? target : code) === coding.code)
    .map(([code, target, equivalence, display]) => ({
      equivalence: reverse ? (turned[equivalence] ?? equivalence) : equivalence,
      concept: {
        ...(to === undefined ? {} : { system: to }),
        ...(reverse ? { code } : target === '' ? {} : { code: target }),
        ...(!reverse && display !== undefined ? { display } : {}),
      },
      source: map.url,
    }));
}
/** What a relation is when it is read backwards. */
const turned: Readonly<Record<string, string>> = {
  wider: 'narrower',
  narrower: 'wider',
  subsumes: 'specializes',
  specializes: 'subsumes',
};
