// What a general practice has changed on a card since the hospital last looked: for most people nothing.
import { decimalOf, multiply, spell } from '#fhir/dose/decimal.ts';
import type { DrugMedication } from '#fhir/medication-card/card.ts';

/** `chance` is 0 to 255, the same for the same citizen. */
export function changedSince(lines: readonly DrugMedication[], chance: number): readonly DrugMedication[] {
  const changed = lines.map((line, index) => {
    if (index !== chance % Math.max(1, lines.length)) return line;
    if (chance % 4 === 0) return doubled(line);
    return chance % 4 === 1
      ? { ...line, status: 'paused' as const, reason: 'Pauseret af egen læge', version: line.version + 1 }
      : line;
  });
  const [first] = lines;
  return chance % 4 !== 2 || first === undefined ? changed : [...changed, calcium(first)];
}

function doubled(line: DrugMedication): DrugMedication {
  const { structure } = line.dosage;
  if (structure === undefined) return line;
  const two = decimalOf('2') ?? { digits: 2n, scale: 0 };
  const doses = structure.doses.map((dose) => {
    const value = decimalOf(dose.quantity);
    return value === undefined ? dose : { ...dose, quantity: spell(multiply(value, two)) };
  });
  return {
    ...line,
    version: line.version + 1,
    dosage: { text: 'Øget af egen læge', structure: { ...structure, doses } },
  };
}

function calcium({ identifier, begin, by }: DrugMedication): DrugMedication {
  return {
    identifier: `${identifier}-c`,
    version: 1,
    status: 'active',
    begin,
    by,
    drug: {
      atcCode: 'A12AX',
      atcText: 'calcium med vitamin D',
      name: 'UNIKALK',
      form: 'tabl.',
      strength: '400 mg',
    },
    route: 'p.o.',
    indication: 'Forebyggelse af knogleskørhed',
    dosage: {
      text: '2 tabletter daglig',
      structure: {
        unit: 'tablet',
        iterationDays: 1,
        doses: [
          { time: '08:00', quantity: '1' },
          { time: '18:00', quantity: '1' },
        ],
      },
    },
  };
}
