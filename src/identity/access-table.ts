/** docs/access.md: who may do what, made from roles.json so that the two never differ. */
import { findRole, groups, roleNames, type Role } from './role.ts';

export function accessAsMarkdown(): string {
  const roles = roleNames.flatMap((name) => findRole(name) ?? []);
  return [
    '# Who may see and do what',
    '',
    'Made from `src/identity/roles.json`; after a change there, `npx vitest run -u --project unit role.test.ts` writes it anew.',
    '',
    ...rules,
    '',
    '## Roles',
    '',
    '| role | Danish | looks people up | opens | with a reason | admits | reads | writes |',
    '|---|---|---|---|---|---|---|---|',
    ...roles.map(rowOf),
    '',
    '`integration` is no person: it is what programs log in as that see everything, such as a laboratory’s system.',
    '',
    '## Groups of types',
    '',
    '| group | types |',
    '|---|---|',
    ...Object.entries(groups).map(([name, types]) => `| ${name} | ${types.join(' ')} |`),
    '',
    'Types in no group (Group, Person, AuditEvent, Subscription, Bundle …) are seen by programs alone: some of them tell of several',
    'patients at once, and a Subscription holds its receiver’s secrets. The audit is read by those who review, and by programs that see',
    'everything. Patients, and who stands for them, read their own log as `AuditEvent`: each line that shows them, with who, what, when and',
    'why, and without whatever is about anybody else.',
    '',
  ].join('\n');
}

const rules = [
  'Places and knowledge are about nobody, and whole types are read. Everything else belongs to a patient and is seen as far as',
  'that patient’s record is open to the one who asks:',
  '',
  '| depth | what is seen | when |',
  '|---|---|---|',
  '| none | nothing, not even that there is such a person | a protected person with whom one has nothing to do |',
  '| name | the Patient | anybody else, for roles that look people up |',
  '| stay | also Encounter, EpisodeOfCare, Appointment, AppointmentResponse | in treatment here, but protected, or oneself, or a relative |',
  '| chart | everything that the role reads | in treatment here, or opened with a reason |',
  '',
  '**In treatment here** is said by the record itself (`src/fhir/relations.ts`): a stay at one’s unit that goes on, is to come or ended',
  'less than `HOLDFAST_RELATION_DAYS` (90) ago; a ServiceRequest, Task or Appointment given to one’s unit or to oneself; to be named in a',
  'stay, care team, episode, or as general practitioner; a request of a category that one’s role answers; to have registered the patient.',
  'One’s unit is the ward of the log-in and the organisations, places and services of one’s PractitionerRoles; a porter’s is the whole site.',
  '',
  '**With a reason** (`Patient/[id]/$break-glass`) a record opens at once, for `HOLDFAST_GLASS_HOURS` (4), counted in seconds that',
  'programs saw pass. It goes to the list of those who review (`$broken-glass`), who cannot review their own, and to the patient’s log.',
  'A protected person (Flag of category `protected`) whom nobody here treats is opened by number: `Patient/$break-glass` with `identifier`.',
  '',
  'It holds on every way to the record: read, search with chains, `_has`, `_list`, `_include` and counts, history, `$everything` and',
  'the other operations, GraphQL, views, requests that are answered later, the events of browsers. A search of one patient whose record is',
  'closed is refused (403), since an empty list would say that there is nothing; any other search leaves out what is not seen.',
  'Whole records (`$export`, `$import`) and Subscriptions are for programs. `src/main/who-sees-what.pg.test.ts` goes through',
  'every route and every shape of search as each role.',
  '',
  '**Writing** asks for a role that writes the type and for an open record, before and after the change. Two acts open a record by',
  'themselves, for roles that admit: to register a patient, and to take one in at one’s own unit. `Location.operationalStatus` among what a',
  'role writes is that element alone, of what is there: a bed is cleaned, closed and opened by the ward, and named by administrators.',
  '',
  'Old versions are seen as the newest is: what was moved from one patient to another is read, with its history, by those who see where it is now.',
];

const opens: Record<Role['opens'], string> = {
  treatment: 'in treatment here',
  own: 'own',
  everything: 'everything',
  nothing: '–',
};

function rowOf(role: Role): string {
  const yes = (is: boolean) => (is ? 'yes' : '–');
  const answered = role.receives.length === 0 ? '' : `, and requests for ${role.receives.join(', ')}`;
  const list = (names: readonly string[]) => (names.length === 0 ? '–' : names.join(' '));
  return `| ${[
    role.name,
    role.danish,
    yes(role.finds),
    `${opens[role.opens]}${role.servesSite ? ', at the whole site' : ''}${answered}`,
    yes(role.glass),
    yes(role.admits),
    list(role.table.reads),
    list(role.table.writes),
  ].join(' | ')} |`;
}
