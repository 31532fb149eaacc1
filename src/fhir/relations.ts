/**
 * Who a patient has to do with, by what a resource says: the units where they lie, have lain and will lie, the people and
 * units that something about them is referred to, whoever is named in their care. What a person may open is decided by
 * these (docs/access.md), so they are read from few types, by the elements that mean it.
 */
import { isObject, type Json } from './json.ts';
import { referenceTarget } from './search-forms.ts';

export interface Relation {
  /**
   * `Location/b12`, `Organization/…`, `Practitioner/…`; `category/laboratorium` for whoever answers such requests;
   * `guarded` for nobody: it says that the person is protected.
   */
  readonly actor: string;
  /** The patient's id. */
  readonly patient: string;
  /** When it ended, ms since 1970; `open` while it has not; undefined: when this was written, since nothing else is said. */
  readonly ended: number | undefined;
}

/** The actor of a protected person's Flag (docs/how/clinical-shapes.md). */
export const guarded = 'guarded';

/** Later than any time that is written. */
export const open = 9e15;

/** The types that make relations. */
export const relationTypes: ReadonlySet<string> = new Set([
  'Appointment',
  'CareTeam',
  'Encounter',
  'EpisodeOfCare',
  'Flag',
  'Patient',
  'ServiceRequest',
  'Task',
]);

/**
 * The relations that one resource makes, each actor once with the latest end.
 * @param patient The id of the patient it belongs to (`SearchValues.patient`); an Appointment names its own.
 */
export function relationsOf(type: string, tree: Json, patient: string | undefined): readonly Relation[] {
  if (!relationTypes.has(type) || neverWas.has(String(tree['status']))) return none;
  const found =
    type === 'Appointment' ? ofAppointment(tree) : patient === undefined ? [] : of(type, tree, patient);
  const latest = new Map<string, Relation>();
  for (const one of found) {
    const key = `${one.actor} ${one.patient}`;
    const known = latest.get(key);
    if (!known || isLater(one.ended, known.ended)) latest.set(key, one);
  }
  return [...latest.values()];
}
const none: readonly Relation[] = [];

/** What was just written is later than anything but what goes on. */
function isLater(one: number | undefined, other: number | undefined): boolean {
  return (one ?? open - 1) > (other ?? open - 1);
}

/** What was planned and did not come about, or was written down by mistake, makes nobody a part of the treatment. */
const neverWas = new Set([
  'entered-in-error',
  'cancelled',
  'revoked',
  'rejected',
  'draft',
  'proposed',
  'pending',
]);

function of(type: string, tree: Json, patient: string): Relation[] {
  const ended = endOf(type, tree);
  const named = (value: unknown, end: number | undefined = ended): Relation[] => {
    const actor = isObject(value) ? referenceTarget(value['reference']) : undefined;
    return actor === undefined || actor.startsWith('Patient/') ? [] : [{ actor, patient, ended: end }];
  };
  const each = (value: unknown, member?: string) =>
    list(value).flatMap((one) =>
      named(member === undefined ? one : one[member], earlier(ended, endOfPeriod(one))),
    );
  switch (type) {
    case 'Encounter':
      return [
        ...each(tree['participant'], 'individual'),
        ...named(tree['serviceProvider']),
        ...list(tree['location']).flatMap((place) =>
          isBed(place) ? [] : named(place['location'], endOfPlace(place, ended)),
        ),
      ];
    case 'EpisodeOfCare':
      return [...named(tree['managingOrganization']), ...named(tree['careManager']), ...each(tree['team'])];
    case 'CareTeam':
      return [...each(tree['participant'], 'member'), ...each(tree['managingOrganization'])];
    case 'Flag':
      return isProtection(tree) ? [{ actor: guarded, patient, ended: endOfPeriod(tree) ?? ended }] : [];
    case 'ServiceRequest':
      return [
        ...named(tree['requester']),
        ...each(tree['performer']),
        ...each(tree['locationReference']),
        ...list(tree['category']).flatMap((category) =>
          wordsOf(category).map((word) => ({ actor: `category/${word}`, patient, ended })),
        ),
      ];
    case 'Task': {
      const restriction = tree['restriction'];
      return [
        ...named(tree['owner']),
        ...named(tree['requester']),
        ...named(tree['location']),
        ...each(isObject(restriction) ? restriction['recipient'] : undefined),
      ];
    }
    default:
      return [...each(tree['generalPractitioner']), ...named(tree['managingOrganization'])];
  }
}

/** Each patient of an appointment has to do with each other who takes part. */
function ofAppointment(tree: Json): Relation[] {
  const actors = list(tree['participant']).flatMap(({ actor }) =>
    isObject(actor) ? (referenceTarget(actor['reference']) ?? []) : [],
  );
  const end = momentOf(tree['end']) ?? momentOf(tree['start']);
  const ended = end ?? (tree['status'] === 'fulfilled' || tree['status'] === 'noshow' ? undefined : open);
  const patients = actors.flatMap((actor) => /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(actor)?.[1] ?? []);
  return patients.flatMap((patient) =>
    actors.filter((actor) => !actor.startsWith('Patient/')).map((actor) => ({ actor, patient, ended })),
  );
}

const over = new Set(['finished', 'completed', 'failed', 'inactive', 'unknown']);

function endOf(type: string, tree: Json): number | undefined {
  return type !== 'Patient' && over.has(String(tree['status'])) ? endOfPeriod(tree) : open;
}

/** A place that was left ended when it was left; the others end with the stay. */
function endOfPlace(place: Json, ended: number | undefined): number | undefined {
  return place['status'] === 'completed' ? earlier(endOfPeriod(place), ended) : ended;
}

function endOfPeriod(of: Json): number | undefined {
  const period = of['period'];
  return isObject(period) ? momentOf(period['end']) : undefined;
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : other === undefined ? one : Math.min(one, other);
}

function isProtection({ category }: Json): boolean {
  return list(category).some(({ coding }) =>
    list(coding).some(
      ({ system, code }) => system === 'https://holdfast.dk/fhir/flag-category' && code === 'protected',
    ),
  );
}

/** Nobody works on a bed: its ward is named beside it. */
function isBed({ physicalType }: Json): boolean {
  return isObject(physicalType) && list(physicalType['coding']).some(({ code }) => code === 'bd');
}

function wordsOf(category: Json): string[] {
  const codes = list(category['coding']).map(({ code }) => code);
  return [category['text'], ...codes].flatMap((word) =>
    typeof word === 'string' && word.length <= 64 ? [word.toLowerCase()] : [],
  );
}

function momentOf(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function list(value: unknown): Json[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}
