/** OperationOutcome: how every refusal is said to a client (http://hl7.org/fhir/R4/operationoutcome.html). */
import type { Issue } from '#base/refusal.ts';

export function operationOutcome(issues: readonly Issue[]): object {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.map(({ severity, code, text, at, detail }) => ({
      severity: severity ?? 'error',
      code,
      ...(detail
        ? { details: { coding: [{ system: 'https://holdfast.dk/fhir/issue', code: detail }] } }
        : {}),
      diagnostics: at ? `${at}: ${text}` : text,
      ...(at ? { expression: [at] } : {}),
    })),
  };
}
