// What the demo region knows of drugs: a row for each substance and one for each package that can be ordered, as
// MedicationKnowledge. The packages are those of the formulary, with codes of our own instead of real package numbers.
import type {
  DetectedIssue,
  Dosage,
  MedicationKnowledge,
  MedicationKnowledgeAdministrationGuidelines,
  MedicationKnowledgeMedicineClassification,
} from '@medplum/fhirtypes';
import { decimalOf } from '#fhir/dose/decimal.ts';
import { writeDose } from '#fhir/dose/dose.ts';
import type { Amount } from '#fhir/dose/amount.ts';
import type { Step, When } from '#fhir/dose/step.ts';
import { assert } from '#base/assert.ts';
import { codeable, quantity, systems } from './resources.ts';
import {
  demoHighRisk,
  demoInteractions,
  demoLimits,
  demoRenal,
  demoTableName,
  type DemoLimit,
} from './tables/drug-limits.ts';
import { formulary, type Drug, type DrugKey } from './tables/formulary.ts';

const knowledgeSystem = 'https://holdfast.dk/fhir/drug-knowledge';
const packageSystem = 'https://holdfast.dk/fhir/demo-package';
const classified = (...codes: readonly string[]): MedicationKnowledgeMedicineClassification[] => [
  {
    type: codeable('drug-knowledge'),
    classification: codes.map((code) => ({ coding: [{ system: knowledgeSystem, code }] })),
  },
];
const monograph = [{ type: codeable('table'), source: { display: demoTableName } }];

export function drugKnowledge(): MedicationKnowledge[] {
  const drugs: readonly (readonly [string, Drug])[] = Object.entries(formulary);
  const substances = new Map(drugs.map(([, { atc, generic }]) => [atc, generic]));
  return [
    ...[...substances].map(([atc, generic]) => substanceRow(atc, generic, substances)),
    ...drugs.map(([key, drug], index) => productRow(key, drug, index)),
  ];
}

function substanceRow(atc: string, generic: string, names: ReadonlyMap<string, string>): MedicationKnowledge {
  const limits = demoLimits[atc] ?? [];
  const interactions = demoInteractions
    .filter(([one]) => one === atc)
    .map(([, other, severity, detail], index): DetectedIssue => ({
      resourceType: 'DetectedIssue',
      id: `i${index + 1}`,
      status: 'final',
      code: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'DRG' }] },
      severity,
      detail,
      implicated: [{ identifier: { system: systems.atc, value: other }, display: names.get(other) ?? other }],
    }));
  const renal = demoRenal.filter(([one]) => one === atc).map(renalGuideline);
  const covers = [
    'covers-interactions',
    'covers-risk',
    ...(limits.length > 0 ? ['covers-limits'] : []),
    ...(demoHighRisk.includes(atc) ? ['high-risk'] : []),
    ...(renal.length > 0 ? ['covers-renal'] : []),
  ];
  return {
    resourceType: 'MedicationKnowledge',
    id: `demo-substance-${atc}`,
    status: 'active',
    ...(interactions.length === 0 ? {} : { contained: interactions }),
    code: codeable(generic, { system: systems.atc, code: atc, display: generic }),
    monograph,
    medicineClassification: classified('substance', ...covers),
    ...(limits.length + renal.length === 0
      ? {}
      : { administrationGuidelines: [...limits.map(limitGuideline), ...renal] }),
    ...(interactions.length === 0
      ? {}
      : { contraindication: interactions.map(({ id }) => ({ reference: `#${id}` })) }),
  };
}

function limitGuideline({ perDay, perDose, ages }: DemoLimit): MedicationKnowledgeAdministrationGuidelines {
  return {
    dosage: [
      {
        type: { coding: [{ system: knowledgeSystem, code: 'maximum' }] },
        dosage: [
          {
            ...(perDay === undefined
              ? {}
              : {
                  maxDosePerPeriod: { numerator: quantity(...perDay), denominator: quantity(1, 'd') },
                }),
            ...(perDose === undefined ? {} : { maxDosePerAdministration: quantity(...perDose) }),
          },
        ],
      },
    ],
    ...(ages === undefined
      ? {}
      : {
          patientCharacteristics: [
            {
              characteristicCodeableConcept: {
                coding: [{ system: systems.loinc, code: '30525-0', display: 'Age' }],
              },
              value: ages.filter((age) => age !== undefined).map(String),
            },
          ],
        }),
  };
}

function renalGuideline([
  ,
  below,
  text,
]: (typeof demoRenal)[number]): MedicationKnowledgeAdministrationGuidelines {
  return {
    patientCharacteristics: [
      {
        characteristicCodeableConcept: { coding: [{ system: knowledgeSystem, code: 'egfr-below' }] },
        value: [String(below)],
      },
    ],
    dosage: [{ type: { coding: [{ system: knowledgeSystem, code: 'renal' }] }, dosage: [{ text }] }],
  };
}

function productRow(key: string, drug: Drug, index: number): MedicationKnowledge {
  const text = [drug.generic, drug.brand, drug.form, drug.strength].filter((part) => part !== '').join(', ');
  return {
    resourceType: 'MedicationKnowledge',
    id: `demo-package-${key}`,
    status: 'active',
    code: codeable(
      text,
      { system: systems.atc, code: drug.atc, display: drug.generic },
      {
        system: packageSystem,
        code: `D${String(10_001 + index * 7)}`,
        display: `${drug.brand}, ${drug.form}, ${drug.strength}`,
      },
    ),
    monograph,
    medicineClassification: classified('product'),
    doseForm: codeable(drug.form),
    intendedRoute: [codeable(drug.route)],
    ...(drug.strength === ''
      ? {}
      : { drugCharacteristic: [{ type: codeable('strength'), valueString: drug.strength }] }),
    administrationGuidelines: [
      {
        indicationCodeableConcept: codeable(drug.indication),
        dosage: templatesOf(key, drug).map((step) => ({
          type: { coding: [{ system: knowledgeSystem, code: 'template' }] },
          // writeDose makes Dosage elements; its own type is plain JSON, since it is shared with programs without FHIR types.
          dosage: writeDose({ steps: [step], route: drug.route, text: '' }) as unknown as Dosage[],
        })),
      },
    ],
  };
}

const amountOf = (value: number, unit: string): Amount => {
  const decimal = decimalOf(value);
  assert(decimal !== undefined, `a dose of the formulary: ${value}`);
  return { value: decimal, unit };
};
const clock = (...times: readonly string[]): When => ({ kind: 'clock', times, everyDays: 1, weekdays: [] });
const needed = (times: number, minutesBetween: number): When => ({
  kind: 'needed',
  times,
  minutesBetween,
  reason: '',
});

/** The usual dose first, then what is ordered nearly as often. */
function templatesOf(key: string, drug: Drug): readonly Step[] {
  const step = (value: number, when: When, more: Partial<Step> = {}): Step => ({
    amount: amountOf(value, drug.unit),
    upTo: undefined,
    rate: undefined,
    when,
    most:
      when.kind === 'needed' && when.times !== undefined
        ? amountOf(value * when.times, drug.unit)
        : undefined,
    from: undefined,
    until: undefined,
    ...more,
  });
  const infused = (rate: number, unit: string): Step =>
    step(drug.dose, { kind: 'continuous' }, { rate: amountOf(rate, unit) });
  const more: Partial<Record<DrugKey, readonly Step[]>> = {
    paracetamol: [step(1, clock('08:00', '14:00', '22:00')), step(1, needed(4, 240))],
    furosemide: [step(40, clock('08:00')), step(80, clock('08:00'))],
    furosemideInjection: [step(40, { kind: 'once', at: undefined })],
    ibuprofen: [step(400, needed(3, 360))],
    morphine: [step(10, needed(6, 120))],
    ondansetron: [step(4, { kind: 'once', at: undefined })],
    dalteparin: [step(2500, clock('18:00'))],
    prednisolone: [step(25, clock('08:00')), step(50, clock('08:00'))],
    pantoprazole: [step(40, clock('08:00', '20:00'))],
    cefuroxim: [step(1.5, { kind: 'interval', minutes: 480 })],
    sodiumChloride: [infused(125, 'ml/time'), infused(80, 'ml/time')],
    ringer: [infused(125, 'ml/time'), infused(250, 'ml/time')],
    glucoseInfusion: [infused(83, 'ml/time')],
    alendronate: [step(70, { kind: 'clock', times: ['07:00'], everyDays: 1, weekdays: ['mon'] })],
  };
  const own = Object.entries(more).find(([one]) => one === key)?.[1] ?? [];
  if (drug.times.length > 0) return [step(drug.dose, clock(...drug.times)), ...own];
  if (own.some(({ rate, when }) => rate !== undefined || when.kind === 'clock')) return own;
  return [step(drug.dose, needed(4, 60)), step(drug.dose, { kind: 'once', at: undefined }), ...own];
}
