/** read and vread of AuditEvent: a line of the audit, or one that is in the record since before there was an audit. */
import { Refusal } from '#base/refusal.ts';
import { parseSummary, shaped } from '#fhir/summary.ts';
import { findLine, type FoundLine } from '#identity/audit/walk.ts';
import { readNames } from '#store/reader.ts';
import type { Sql } from '#store/sql.ts';
import { answerVersion } from '../answer.ts';
import { read, vread } from '../read.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, unusedOf } from '../target.ts';
import { auditReader } from './allowed.ts';
import { auditEventText } from './audit-event.ts';

export async function readAuditEvent(service: Service, request: FhirRequest): Promise<Answer> {
  const reader = auditReader(request.caller);
  const id = idOf(request);
  const line = await findLine(service.store.sql, id);
  const found = line && reader.seen(line);
  if (!found && reader.only) throw new Refusal('unknown', 'there is no line of your log by this id');
  if (!found) return request.path.length === 2 ? read(service, request) : vread(service, request);
  if (request.path.length > 2 && request.path[3] !== '1')
    throw new Refusal('unknown', 'a line of the audit has one version');
  unusedOf(request, ['_summary', '_elements']);
  const shape = parseSummary(request.query);
  if (shape.summary === 'count')
    throw new Refusal('invalid', [
      { code: 'value', at: '_summary', text: 'count is for searches; a read gives one resource' },
    ]);
  const [text = ''] = await auditEventTexts(service.store.sql, [found]);
  const version = { type: 'AuditEvent', id, version: 1, updated: found.atMs };
  return answerVersion({ ...version, body: shaped('AuditEvent', text, shape) });
}

/** The resources of lines, in their order. */
export async function auditEventTexts(sql: Sql, lines: readonly FoundLine[]): Promise<string[]> {
  const rids = new Set(lines.flatMap(({ line }) => line.rids ?? []));
  const names = await readNames(sql, [...rids]);
  return lines.map((line) => auditEventText(line, names));
}
