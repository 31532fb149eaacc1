/** What a Task asks of the card, as the change that is sent; and whether the card says it. */
import type { CardChange, DrugMedication, MedicineCard } from '#fhir/medication-card/card.ts';
import { changeOperations } from '#fhir/medication-card/card.ts';
import { inputOf } from '#fhir/medication-card/codes.ts';
import { contentOf, isSameContent } from '#fhir/medication-card/shape.ts';
import { isObject, type Json } from '#fhir/json.ts';

/** Codes of why a change is not made: what it was made on is no more. */
export type NotMade = 'line-moved-on' | 'line-gone' | 'drug-came-meanwhile' | 'not-understood';

/**
 * The change of `task` for the card as it is now. What the person looked at must still stand: another change of the same line, or the
 * same drug put on the card by another since, is for a person to look at again. Changes of other lines are no hindrance.
 */
export function changeOf(task: Json, focus: Json | undefined, card: MedicineCard): CardChange | NotMade {
  const operation = changeOperations.find((one) => one === inputOf(task, 'operation'));
  if (operation === undefined || focus === undefined) return 'not-understood';
  const requester = isObject(task['requester']) ? task['requester']['display'] : undefined;
  const reason = inputOf(task, 'reason');
  const common = {
    operation,
    personIdentifier: card.personIdentifier,
    medicineCardVersion: card.version,
    by: typeof requester === 'string' ? requester : '',
    ...(typeof reason === 'string' ? { reason } : {}),
  };
  const content = contentOf(focus);
  if (operation === 'CreateDrugMedication') {
    const same = card.drugMedications.some(
      ({ status, drug }) =>
        status !== 'withdrawn' &&
        drug.atcCode === content.drug.atcCode &&
        drug.strength === content.drug.strength &&
        drug.form === content.drug.form,
    );
    return same ? 'drug-came-meanwhile' : { ...common, content };
  }
  const identifier = inputOf(task, 'line');
  const line = card.drugMedications.find((one) => one.identifier === identifier);
  if (line === undefined || line.status === 'withdrawn') return 'line-gone';
  if (line.version !== inputOf(task, 'lineVersion')) return 'line-moved-on';
  return {
    ...common,
    identifier: line.identifier,
    ...(operation === 'UpdateDrugMedication' ? { content } : {}),
  };
}

/** Whether the card says what was asked: read back after each write, and after a write whose end nobody knows. */
export function stands(change: CardChange, card: MedicineCard): boolean {
  const line = card.drugMedications.find(({ identifier }) => identifier === change.identifier);
  switch (change.operation) {
    case 'CreateDrugMedication':
      return card.drugMedications.some((one) => isWanted(one, change));
    case 'UpdateDrugMedication':
      return line !== undefined && isWanted(line, change);
    case 'WithdrawDrugMedication':
      return line === undefined || line.status === 'withdrawn';
    case 'PauseDrugMedication':
      return line?.status === 'paused';
    case 'UnpauseDrugMedication':
      return line?.status === 'active';
  }
}

function isWanted(line: DrugMedication, { content }: CardChange): boolean {
  return line.status === 'active' && content !== undefined && isSameContent(line, content);
}
