/**
 * Whether a known reaction (CAVE) speaks against a drug: by ATC code, by the name of the substance, and by the name of a class. The
 * classes are those that ATC itself names (WHO Collaborating Centre for Drug Statistics Methodology, ATC index); whether one class
 * crosses with another is a clinical judgement that stands in no table here.
 */
import { isObject, type Json } from '../json.ts';
import { atcSystem, listOf, wordsOf } from './order.ts';

/** Words of a class, and the beginnings of the ATC codes in it; without codes: no drug that is ordered here. */
const classes: readonly (readonly [words: RegExp, atc: readonly string[]])[] = [
  [/penicillin/, ['J01C']],
  [/cefalosporin|cephalosporin/, ['J01DB', 'J01DC', 'J01DD', 'J01DE', 'J01DI']],
  [/carbapenem/, ['J01DH']],
  [/sulfa(?!t)|sulfonamid|trimethoprim/, ['J01E']],
  [/makrolid|macrolid/, ['J01FA']],
  [/aminoglykosid|aminoglycosid/, ['J01G']],
  [/kinolon|quinolon/, ['J01M']],
  [/tetracyclin|tetracyklin/, ['J01A']],
  [/acetylsalicyl|\basa\b|aspirin|salicylat/, ['B01AC06', 'N02BA', 'M01A']],
  [/nsaid|gigtmiddel/, ['M01A', 'B01AC06', 'N02BA01']],
  [/morfin|morphin/, ['N02AA01']],
  [/kodein|codein/, ['R05DA04', 'N02AA59', 'N02AJ']],
  [/opioid/, ['N02A', 'R05DA']],
  [/ace-?hæmmer|ace inhibitor/, ['C09A', 'C09B']],
  [/(?<!ny)statin/, ['C10AA']],
  [/heparin/, ['B01AB']],
  [/kontrast|contrast|jodholdig/, ['V08']],
  [
    /latex|plaster|nikkel|nickel|nød|nødder|peanut|bistik|\bbi\b|hveps|insekt|pollen|græs|birk|husstøvmide|\bkat\b|\bhund\b|(?:^|\s)æg\b|mælk|fisk|skaldyr|hvede|gluten|laktose|jordbær/,
    [],
  ],
];

const noneKnown = new Set(['716186003', '409137002', '428607008', '1003774007']);

export interface CaveAnswer {
  /** `AllergyIntolerance/…` that speak against the drug. */
  readonly against: readonly string[];
  /** Those that could not be compared: a person compares. */
  readonly unclear: readonly string[];
  /** Nobody asked the patient. */
  readonly unasked: boolean;
}

export function caveAgainst(
  drug: { readonly atc: string | undefined; readonly drug: string; readonly generic: string },
  allergies: readonly Json[],
): CaveAnswer {
  const active = allergies.filter(isActiveCave);
  const known = active.filter((each) => !saysNoneKnown(each));
  const answers = known.map((each) => ({
    name: `AllergyIntolerance/${String(each['id'])}`,
    says: speaks(each, drug),
  }));
  return {
    against: answers.filter(({ says }) => says === true).map(({ name }) => name),
    unclear: answers.filter(({ says }) => says === undefined).map(({ name }) => name),
    unasked: active.length === 0,
  };
}

/** undefined: it is not understood well enough to say no. */
function speaks(
  allergy: Json,
  { atc, drug, generic }: { atc: string | undefined; drug: string; generic: string },
): boolean | undefined {
  const code = allergy['code'];
  const words = fold(
    [wordsOf(code), ...codings(code).map(({ display }) => (typeof display === 'string' ? display : ''))].join(
      ' ',
    ),
  );
  const names = [generic, ...generic.split('/')].map(fold).filter((name) => name.length > 3);
  // Both ways: "amoxicillin med clavulansyre", and a brand on a package.
  if (names.some((name) => words.includes(name))) return true;
  if (
    words.length > 3 &&
    fold(drug)
      .split(/[\s,]+/)
      .includes(words.trim())
  )
    return true;
  const own = codings(code)
    .filter(({ system }) => system === atcSystem)
    .map(({ code: one }) => String(one));
  if (atc !== undefined && own.some((one) => atc.startsWith(one) || one.startsWith(atc))) return true;
  const fitting = classes.filter(([pattern]) => pattern.test(words));
  if (atc !== undefined && fitting.some(([, prefixes]) => prefixes.some((prefix) => atc.startsWith(prefix))))
    return true;
  if (own.length > 0 && atc !== undefined) return false;
  return fitting.length > 0 && (atc !== undefined || fitting.every(([, prefixes]) => prefixes.length === 0))
    ? false
    : undefined;
}

/** That the patient was asked and knows of none. */
export function saysNoneKnown({ code }: Json): boolean {
  return codings(code).some(({ code: one }) => noneKnown.has(String(one)));
}

/** Neither over, nor refuted, nor recorded by mistake. */
export function isActiveCave({ clinicalStatus, verificationStatus }: Json): boolean {
  const has = (concept: unknown, ...codes: string[]) =>
    codings(concept).some(({ code }) => codes.includes(String(code)));
  return (
    !has(verificationStatus, 'entered-in-error', 'refuted') && !has(clinicalStatus, 'resolved', 'inactive')
  );
}

function codings(concept: unknown): Json[] {
  return isObject(concept) ? listOf(concept['coding']) : [];
}

function fold(text: string): string {
  return text.toLowerCase();
}
