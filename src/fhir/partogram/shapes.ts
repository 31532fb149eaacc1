/** Writing what `observe.ts` reads: one Observation for each thing that was seen, the same whoever writes it. */
import type { Encounter, Observation, Patient, Reference } from '@medplum/fhirtypes';
import {
  fetusUrl,
  labourCategory,
  loincOf,
  measures,
  partogramSystem,
  type LabourFact,
  type LabourKind,
} from './observe.ts';

export interface SeenBy {
  /** The mother, and her stay. */
  readonly patient: Reference<Patient>;
  readonly stay: Reference<Encounter>;
  readonly performer: Reference<never>;
  /** An instant with its offset, `2026-01-15T14:05:00+01:00`. */
  readonly at: string;
}

const danish: Readonly<Record<LabourKind, string>> = {
  dilatation: 'Orificium',
  station: 'Ledende dels stand',
  contractions: 'Veer pr. 10 minutter',
  'contraction-duration': 'Veernes varighed',
  'heart-rate': 'Fosterets hjertelyd',
  caput: 'Caput',
  moulding: 'Omformning',
  oxytocin: 'Oxytocin-drop',
  liquor: 'Fostervand',
  'membranes-ruptured': 'Vandafgang',
  epidural: 'Epidural anlagt',
  birth: 'Fødsel',
  event: 'Hændelse',
};

const liquorTexts = {
  clear: 'klart',
  meconium: 'mekoniumfarvet',
  blood: 'blodigt',
  absent: 'intet',
} as const;

export function labourObservation(fact: LabourFact, { patient, stay, performer, at }: SeenBy): Observation {
  const { kind } = fact;
  const loinc = loincOf[kind];
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: partogramSystem, code: labourCategory }], text: 'Fødsel' }],
    code: {
      coding: [
        { system: partogramSystem, code: kind },
        ...(loinc === undefined ? [] : [{ system: 'http://loinc.org', code: loinc }]),
      ],
      text: danish[kind],
    },
    subject: patient,
    encounter: stay,
    effectiveDateTime: at,
    performer: [performer],
    ...valueOf(fact),
  };
}

function valueOf(fact: LabourFact): Partial<Observation> {
  if (fact.kind === 'event') return { valueString: fact.value };
  if (fact.kind === 'liquor')
    return {
      valueCodeableConcept: {
        coding: [{ system: partogramSystem, code: fact.value }],
        text: liquorTexts[fact.value],
      },
    };
  if (!('value' in fact)) return { valueBoolean: true };
  const { unit, ucum } = measures[fact.kind];
  return {
    valueQuantity: {
      value: fact.value,
      ...(unit === '' ? {} : { unit }),
      system: 'http://unitsofmeasure.org',
      code: ucum,
    },
    ...(fact.fetus === undefined ? {} : { extension: [{ url: fetusUrl, valueCode: fact.fetus }] }),
  };
}
