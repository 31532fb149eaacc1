// What several browser tests do first, and what they write as another program.
import type { Page } from 'playwright-core';

export const rows = (page: Page) => page.locator('.board tbody tr[tabindex]');
export const patientOf = (page: Page) => /patient(?:\/|=)([^/?&]+)/.exec(page.url())?.[1] ?? '';

export async function openFirst(page: Page): Promise<string> {
  await rows(page).first().waitFor();
  await rows(page).first().locator('.name-cell a').click();
  await page.locator('.overview .row').first().waitFor();
  return patientOf(page);
}

export function potassium(patient: string, value: number, minutesAgo = 5) {
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' },
        ],
      },
      { text: 'Elektrolytter' },
    ],
    code: { coding: [{ system: 'urn:oid:1.2.208.176.2.1', code: 'NPU03230' }], text: 'P-Kalium' },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: at,
    issued: at,
    valueQuantity: { value, unit: 'mmol/L' },
    referenceRange: [{ low: { value: 3.5 }, high: { value: 4.6 } }],
    interpretation: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'HH' },
        ],
      },
    ],
  };
}

export function answered(patient: string, value: number, interpretation: 'N' | 'H' | 'HH') {
  const system = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
  return {
    ...potassium(patient, value, 0),
    interpretation: [{ coding: [{ system, code: interpretation }] }],
  };
}
