/**
 * A line of the audit as R4's AuditEvent (http://hl7.org/fhir/R4/auditevent.html), in the words of IHE's Basic Audit Log
 * Patterns (https://profiles.ihe.net/ITI/BALP/): who as the first agent, the record as the second; each patient and each
 * resource that was shown, and what was asked, as entities.
 */
import { isIP } from 'node:net';
import type { KeptLine } from '#identity/audit/line.ts';
import { lineId, type FoundLine } from '#identity/audit/walk.ts';
import { stampText } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';

const dicom = 'http://dicom.nema.org/resources/ontology/DCM';
const interactions = 'http://hl7.org/fhir/restful-interaction';
const eventTypes = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const entityTypes = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const entityRoles = 'http://terminology.hl7.org/CodeSystem/object-role';
const participations = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
/** What no standard has a code for: lock, unlock, print, lost, and the names of operations. */
const ours = 'https://holdfast.dk/fhir/CodeSystem/audit';
const users = 'https://holdfast.dk/fhir/NamingSystem/user';
const roles = 'https://holdfast.dk/fhir/CodeSystem/role';

interface Code {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}
const rest = { system: eventTypes, code: 'rest', display: 'RESTful Operation' };
const inDicom = (code: string, display: string): Code => ({ system: dicom, code, display });
const activity = inDicom('110100', 'Application Activity');
const authentication = inDicom('110114', 'User Authentication');
const exporting = inDicom('110106', 'Export');

/** What is no interaction of FHIR: type, subtypes, action. */
const others: Readonly<Record<string, readonly [type: Code, subtypes: readonly Code[], action: Action]>> = {
  start: [activity, [inDicom('110120', 'Application Start')], 'E'],
  stop: [activity, [inDicom('110121', 'Application Stop')], 'E'],
  command: [activity, [{ system: ours, code: 'command' }], 'E'],
  lost: [inDicom('110101', 'Audit Log Used'), [{ system: ours, code: 'lost' }], 'E'],
  login: [authentication, [inDicom('110122', 'Login')], 'E'],
  'login-refused': [authentication, [inDicom('110122', 'Login')], 'E'],
  logout: [authentication, [inDicom('110123', 'Logout')], 'E'],
  lock: [authentication, [{ system: ours, code: 'lock' }], 'E'],
  unlock: [authentication, [{ system: ours, code: 'unlock' }], 'E'],
  print: [exporting, [{ system: ours, code: 'print' }], 'R'],
  follow: [rest, [{ system: ours, code: 'follow' }], 'R'],
  deferred: [rest, [{ system: ours, code: 'deferred' }], 'R'],
  refused: [rest, [{ system: ours, code: 'refused' }], 'E'],
};
type Action = 'C' | 'R' | 'U' | 'D' | 'E';
const actions: Readonly<Record<string, Action>> = {
  create: 'C',
  read: 'R',
  vread: 'R',
  'history-instance': 'R',
  'history-type': 'R',
  'history-system': 'R',
  update: 'U',
  patch: 'U',
  delete: 'D',
};

/** The text of the resource. `namesByRid` has what the rows of the record that it shows are called. */
export function auditEventText(found: FoundLine, namesByRid: ReadonlyMap<number, string>): string {
  const { line } = found;
  const id = lineId(found);
  if (line.event !== undefined) {
    const tree: unknown = JSON.parse(line.event);
    const stamp = { type: 'AuditEvent', id, version: 1, lastUpdated: line.at };
    return stampText(line.event, stamp, isObject(tree) ? tree : {});
  }
  const [type, subtype, action] = kindOf(line);
  const entity = [...shownOf(line, namesByRid), ...askedOf(line)];
  return JSON.stringify({
    resourceType: 'AuditEvent',
    id,
    meta: { versionId: '1', lastUpdated: line.at },
    type,
    subtype,
    action,
    recorded: line.at,
    outcome: outcomeOf(line.status),
    ...(line.status >= 400 ? { outcomeDesc: `HTTP ${line.status}` } : {}),
    ...(line.why === undefined ? {} : { purposeOfEvent: [reason(line.why)] }),
    agent: [userOf(line), recordOf(found.program)],
    source: {
      observer: observer(found.program),
      type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4' }],
    },
    ...(entity.length === 0 ? {} : { entity }),
  });
}

function kindOf({ what }: KeptLine): readonly [Code, readonly Code[], Action] {
  if (Object.hasOwn(others, what) && others[what]) return others[what];
  if (what.startsWith('$'))
    return [
      rest,
      [
        { system: interactions, code: 'operation' },
        { system: ours, code: what.slice(1) },
      ],
      'E',
    ];
  return [rest, [{ system: interactions, code: what }], actions[what] ?? 'E'];
}

/** http://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
function outcomeOf(status: number): string {
  return status < 400 ? '0' : status < 500 ? '4' : status < 503 ? '8' : '12';
}

function reason(why: string): object {
  return {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'BTG' }],
    text: why,
  };
}

function userOf({ who, tried, from, session, why }: KeptLine): object {
  const user = who?.user ?? tried;
  return {
    type: { coding: [{ system: participations, code: 'IRCP' }] },
    ...(who ? { role: [{ coding: [{ system: roles, code: who.role }] }] } : {}),
    ...(who || user === undefined
      ? {
          who: who?.practitioner
            ? { reference: who.practitioner, display: who.name }
            : who
              ? { identifier: { system: users, value: who.user }, display: who.name }
              : { display: 'nobody who is logged in' },
        }
      : {}),
    ...(user === undefined || user === '' ? {} : { altId: user }),
    ...(who ? { name: who.name } : {}),
    requestor: true,
    ...(from ? { network: { address: from, type: isIP(from) === 0 ? '1' : '2' } } : {}),
    ...(session === undefined ? {} : { media: { system: ours, code: session } }),
    ...(why === undefined ? {} : { purposeOfUse: [reason(why)] }),
  };
}

function recordOf(program: string): object {
  return {
    type: { coding: [inDicom('110152', 'Destination Role ID')] },
    who: observer(program),
    requestor: false,
  };
}

function observer(program: string): object {
  return { identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${program}` }, display: 'Holdfast' };
}

function shownOf(
  { patients = [], names = [], rids = [] }: KeptLine,
  namesByRid: ReadonlyMap<number, string>,
) {
  const ofPatients = new Set(patients.map((id) => `Patient/${id}`));
  const shown = new Set([...names, ...rids.flatMap((rid) => namesByRid.get(rid) ?? [])]);
  return [
    ...Array.from(ofPatients, (reference) => entityOf(reference, '1', '1')),
    ...Array.from(shown.difference(ofPatients), (reference) => entityOf(reference, '2', '4')),
  ];
}

/** Types: 1 a person, 2 a system object; roles: 1 patient, 4 domain resource. */
function entityOf(reference: string, type: string, role: string): Json {
  return {
    what: { reference },
    type: { system: entityTypes, code: type },
    role: { system: entityRoles, code: role },
  };
}

/** What was asked (role 24), with what only we know of it. */
function askedOf({ asked, view, times, chains }: KeptLine): readonly object[] {
  const detail = [
    ...(view === undefined ? [] : [{ type: 'view', valueString: view }]),
    ...(times === undefined ? [] : [{ type: 'times', valueString: String(times) }]),
    ...(chains ?? []).map(({ program, number, digest }) => ({
      type: 'chain',
      valueString: `${program} ${number} ${digest}`,
    })),
  ];
  if (asked === undefined && detail.length === 0) return [];
  return [
    {
      type: { system: entityTypes, code: '2' },
      role: { system: entityRoles, code: '24' },
      ...(asked === undefined ? {} : { query: Buffer.from(asked).toString('base64') }),
      ...(detail.length === 0 ? {} : { detail }),
    },
  ];
}
