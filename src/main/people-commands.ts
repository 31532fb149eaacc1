/** `holdfast token` and `holdfast user add`: for whoever may read the data folder. */
import { parseArgs } from 'node:util';
import type { Config } from '#base/config.ts';
import {
  addPerson,
  changePerson,
  hashPassword,
  makePassword,
  readPerson,
  type PersonChanges,
} from '#identity/person.ts';
import type { Sql } from '#store/sql.ts';
import { roleNames } from '#identity/role.ts';
import { createSessions } from '#identity/session.ts';
import { openNoted } from './open.ts';
import { StartError } from './start-error.ts';

/** Prints a bearer token, alone on standard output. It lasts 90 days. */
export async function tokenCommand(config: Config, args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { user: { type: 'string' } } });
  const { user } = values;
  if (user === undefined) throw new StartError('Say for whom: holdfast token --user NAME');
  const { store, close } = await openNoted(config, ['token', ...args]);
  try {
    const person = await readPerson(store.sql, user);
    if (!person) throw new StartError(`There is no user '${user}': holdfast user add makes one.`);
    const sessions = createSessions(store.sql, {
      idleMinutes: config.sessionIdleMinutes,
      hoursMax: config.sessionHoursMax,
    });
    console.log(await sessions.open(person, 'token'));
    sessions.stop();
  } finally {
    await close();
  }
}

const userOptions = {
  name: { type: 'string' },
  role: { type: 'string' },
  practitioner: { type: 'string' },
  ward: { type: 'string' },
  own: { type: 'string' },
  kin: { type: 'string' },
  disabled: { type: 'string' },
  'new-password': { type: 'boolean' },
} as const;

/** `holdfast user add`: prints the first password. `holdfast user change`: what is given is changed, the rest stays. */
export async function userCommand(config: Config, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: userOptions,
  });
  const [verb, user] = positionals;
  const role = roleNames.find((one) => one === values.role);
  const isWrong =
    (verb !== 'add' && verb !== 'change') ||
    user === undefined ||
    (values.role !== undefined && role === undefined) ||
    (verb === 'add' && (values.name === undefined || role === undefined)) ||
    (values.disabled !== undefined && values.disabled !== 'yes' && values.disabled !== 'no');
  if (isWrong) throw new StartError(usage);
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(user))
    throw new StartError('A user name is 1 to 64 of a-z, 0-9, dot, hyphen and underscore.');
  const password = verb === 'add' || values['new-password'] ? makePassword() : undefined;
  const changes: PersonChanges = {
    name: values.name,
    role,
    practitioner: referenceTo('Practitioner', values.practitioner),
    ward: referenceTo('Location', values.ward),
    own: idsIn(values.own),
    kin: idsIn(values.kin),
    disabled: values.disabled === undefined ? undefined : values.disabled === 'yes',
    passwordHash: password === undefined ? undefined : await hashPassword(password),
  };
  const { store, close } = await openNoted(config, ['user', ...args]);
  try {
    if (verb === 'add') await add(store.sql, user, changes);
    else if (!(await changePerson(store.sql, user, changes)))
      throw new StartError(`There is no user '${user}': holdfast user add makes one.`);
    console.log(password === undefined ? `${user} is changed` : `${user}  ${password}`);
  } finally {
    await close();
  }
}

const usage = `Usage: holdfast user add NAME --name "FULL NAME" --role ${roleNames.join('|')}
       holdfast user change NAME [--name "FULL NAME"] [--role ROLE] [--disabled yes|no] [--new-password]
  both take [--practitioner ID] [--ward ID] [--own PATIENT-IDS] [--kin PATIENT-IDS], ids with commas between; '' for none.
  --own: who a patient or proxy may see. --kin: own and relatives' records, which ask for a reason.`;

async function add(sql: Sql, user: string, changes: PersonChanges): Promise<void> {
  const { name = '', role = '', practitioner = null, ward = null, passwordHash = '', own, kin } = changes;
  if (!(await addPerson(sql, { user, name, role, practitioner, ward }, passwordHash)))
    throw new StartError(`There is a user '${user}' already.`);
  await changePerson(sql, user, { own, kin });
}

function referenceTo(type: string, id: string | undefined): string | null | undefined {
  return id === undefined ? undefined : id === '' ? null : `${type}/${id}`;
}

function idsIn(list: string | undefined): readonly string[] | undefined {
  return list?.split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim().replace(/^Patient\//, '')]));
}
