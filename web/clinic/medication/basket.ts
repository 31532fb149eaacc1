import type { MedicationRequest } from '@medplum/fhirtypes';
import { readDose, writeDose } from '#fhir/dose/dose.ts';
import type { Answer, NewOrder } from './medication-acts.ts';

// Orders that are written and not yet signed, kept on this device for one user and patient, so that a lock, a reload or another patient
// in between loses none of them. Nothing of it is an order before it is signed.

export type BasketItem = {
  readonly key: string;
  readonly order: NewOrder;
  readonly answers: readonly Answer[];
};

const nameOf = (user: string, patient: string) => `holdfast.basket/${user}/${patient}`;

export function readBasket(user: string, patient: string): readonly BasketItem[] {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(user, patient)) ?? '[]') as readonly Kept[];
    return kept.map(({ key, order, dosage, answers }) => ({
      key,
      answers,
      order: { ...order, dose: readDose({ dosageInstruction: dosage }) },
    }));
  } catch {
    // A text that cannot be read any more: the basket is empty, and nothing was signed by it.
    return [];
  }
}

export function keepBasket(user: string, patient: string, items: readonly BasketItem[]): void {
  const name = nameOf(user, patient);
  if (items.length === 0) localStorage.removeItem(name);
  else localStorage.setItem(name, textOf(items));
}

/** The same text for the same basket: by it a check knows that it is of another one. */
export function textOf(items: readonly BasketItem[]): string {
  return items.length === 0
    ? ''
    : JSON.stringify(
        items.map(({ key, order: { dose, ...order }, answers }): Kept => ({
          key,
          order,
          answers,
          // As FHIR: the exact decimals of a dose are no JSON.
          dosage:
            dose.steps.length === 0
              ? [{ text: dose.text, route: { text: dose.route } }]
              : (writeDose(dose) as MedicationRequest['dosageInstruction'] & object),
        })),
      );
}

type Kept = {
  readonly key: string;
  readonly order: Omit<NewOrder, 'dose'>;
  readonly answers: readonly Answer[];
  readonly dosage: MedicationRequest['dosageInstruction'];
};
