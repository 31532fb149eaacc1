/** One entry of a fluid balance as it is written: by a screen, or by the demo region. */
import { loinc } from '../early-warning/observe.ts';
import { spell, type Decimal } from '../dose/decimal.ts';
import { fhirMoment } from '../place-time.ts';
import { fluidCategory, fluidSystem, observationCategorySystem, type FluidKind } from './kinds.ts';

export interface NewFluid {
  /** `Patient/…` */
  readonly patient: string;
  /** `Encounter/…` of who is admitted. */
  readonly encounter: string | undefined;
  readonly kind: FluidKind;
  readonly ml: Decimal;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly performer: { readonly reference?: string; readonly display?: string };
}

export function fluidObservation({ patient, encounter, kind, ml, at, performer }: NewFluid) {
  const spelled = spell(ml);
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      { coding: [{ system: observationCategorySystem, code: fluidCategory }], text: 'Væskebalance' },
    ],
    code: {
      coding: [
        { system: fluidSystem, code: kind.id },
        ...(kind.loinc === undefined ? [] : [{ system: loinc, code: kind.loinc }]),
      ],
      text: kind.danish,
    },
    subject: { reference: patient },
    ...(encounter !== undefined && { encounter: { reference: encounter } }),
    effectiveDateTime: fhirMoment(at),
    performer: [performer],
    valueQuantity: {
      value: Number(spelled),
      unit: 'ml',
      system: 'http://unitsofmeasure.org',
      code: 'mL',
    },
  } as const;
}
