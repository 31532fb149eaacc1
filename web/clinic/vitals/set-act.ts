import type { CarePlan, CodeableConcept, Observation, Reference } from '@medplum/fhirtypes';
import { codeOf, loinc, ownSystem } from '../../../src/fhir/early-warning/observe.ts';
import type { Adjustment, EarlyWarning } from '../../../src/fhir/early-warning/score.ts';
import { nextDue } from '../../../src/fhir/early-warning/score.ts';
import { concernCode, scoreElements } from '../../../src/fhir/early-warning/shapes.ts';
import type { EarlyWarningTable } from '../../../src/fhir/early-warning/table.ts';
import type { Change } from '../../link/act.ts';
import { makeActId } from '../../link/act-id.ts';
import { fhirMoment } from '../../parts/format/date.ts';
import type { SetValues } from './set-fields.ts';

// A set as one act: each measurement an Observation, and the score that is derived from them (docs/how/clinical-shapes.md).

const ucum = 'http://unitsofmeasure.org';
const vitalSigns: CodeableConcept = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
  text: 'Vitale værdier',
};

export type MeasuredSet = {
  readonly patient: string;
  readonly encounter: string | undefined;
  readonly performer: Reference<never>;
  readonly at: number;
  readonly values: SetValues;
  readonly concern: string;
  readonly table: EarlyWarningTable;
  readonly answer: EarlyWarning;
  readonly plan: { readonly plan: CarePlan; readonly adjustment: Adjustment } | undefined;
};

export function setChanges(set: MeasuredSet): readonly Change[] {
  const { values, answer, table, plan } = set;
  const make = (code: CodeableConcept, rest: Partial<Observation>): Observation => ({
    resourceType: 'Observation',
    status: 'final',
    category: [vitalSigns],
    code,
    subject: { reference: `Patient/${set.patient}` },
    ...(set.encounter !== undefined && { encounter: { reference: `Encounter/${set.encounter}` } }),
    effectiveDateTime: fhirMoment(set.at),
    performer: [set.performer],
    ...rest,
  });
  const named = (code: string, text: string) => ({ coding: [{ system: loinc, code }], text });
  const measured = (
    code: string,
    text: string,
    value: number | undefined,
    unit: string,
    ucumCode = unit,
    decimals?: number,
  ) =>
    value === undefined
      ? []
      : [
          make(named(code, text), {
            valueQuantity: {
              value,
              // 38,0 was measured, not 38.
              ...(decimals !== undefined && { $value: value.toFixed(decimals) }),
              unit,
              system: ucum,
              code: ucumCode,
            },
          }),
        ];
  const pressure = (code: string, text: string, value: number) => ({
    code: named(code, text),
    valueQuantity: { value, unit: 'mmHg', system: ucum, code: 'mm[Hg]' },
  });
  const { systolic, diastolic } = values;
  const measurements = [
    ...measured(codeOf.respiration, 'Respirationsfrekvens', values.respiration, '/min'),
    ...measured(codeOf.saturation, 'SpO₂', values.saturation, '%'),
    ...measured(codeOf.oxygen, 'Ilttilskud', values.oxygen, 'L/min'),
    ...(systolic === undefined || diastolic === undefined
      ? []
      : [
          make(named(codeOf.pressure, 'Blodtryk'), {
            component: [
              pressure(codeOf.systolic, 'Systolisk', systolic),
              pressure(codeOf.diastolic, 'Diastolisk', diastolic),
            ],
          }),
        ]),
    ...measured(codeOf.pulse, 'Puls', values.pulse, '/min'),
    ...(values.consciousness === undefined
      ? []
      : [
          make(named(codeOf.consciousness, 'Bevidsthed'), {
            valueCodeableConcept: { text: values.consciousness },
          }),
        ]),
    ...measured(codeOf.temperature, 'Temperatur', values.temperature, '°C', 'Cel', 1),
  ].map((resource) => ({ fullUrl: `urn:uuid:${makeActId()}`, resource }));
  const score =
    answer.kind !== 'score'
      ? []
      : [
          make(
            {},
            {
              derivedFrom: measurements.map(({ fullUrl }) => ({
                reference: fullUrl as `Observation/${string}`,
              })),
              ...(plan !== undefined && { basedOn: [{ reference: `CarePlan/${plan.plan.id ?? ''}` }] }),
              ...scoreElements(table, answer, fhirMoment(nextDue(answer, set.at, plan?.adjustment))),
            },
          ),
        ];
  const concern =
    set.concern.trim() === ''
      ? []
      : [
          make(
            { coding: [{ system: ownSystem, code: concernCode }], text: 'Bekymring' },
            { valueString: set.concern.trim() },
          ),
        ];
  return [...measurements, ...[...score, ...concern].map((resource) => ({ resource }))].map((each) => ({
    method: 'POST',
    url: 'Observation',
    ...each,
  }));
}
