/**
 * Who may read the audit, and how much of it. Those who look after it read all lines whole. A patient, or who acts for one,
 * reads their own log: each line that shows them, with who it was, what was done, when and why, and without whatever
 * is about anybody else: a board that a nurse opens is one line about thirty people.
 */
import { Refusal } from '#base/refusal.ts';
import type { FoundLine } from '#identity/audit/walk.ts';
import type { Caller } from '../service.ts';

export interface AuditReader {
  /** Ids of the patients whose lines alone are read; undefined: all lines. */
  readonly only?: ReadonlySet<string>;
  /** The line as this reader sees it; undefined: not at all. */
  readonly seen: (found: FoundLine) => FoundLine | undefined;
}

const whole: AuditReader = { seen: (found) => found };

/** @throws Refusal `forbidden`. */
export function auditReader({ person, sees }: Caller): AuditReader {
  if (!person || person.role.reviews || person.role.opens === 'everything') return whole;
  if (person.role.opens !== 'own')
    throw new Refusal(
      'forbidden',
      'the audit is read by those who look after it, and by patients their own part',
    );
  const { own = [], only: granted } = sees.access ?? {};
  const only = new Set(own.filter((id) => granted === undefined || id === granted));
  return { only, seen: (found) => ownPart(found, only) };
}

function ownPart(found: FoundLine, only: ReadonlySet<string>): FoundLine | undefined {
  const { at, who, what, why, status, view, patients = [] } = found.line;
  const own = patients.filter((id) => only.has(id));
  if (own.length === 0) return undefined;
  return {
    ...found,
    line: {
      at,
      ...(who && { who: { ...who, user: '' } }),
      what,
      status,
      patients: own,
      ...(view !== undefined && { view }),
      // Of several patients nobody knows any more whose reason it was.
      ...(why !== undefined && patients.length === 1 && { why }),
    },
  };
}
