/** `holdfast token` and `holdfast user add`: for whoever may read the data folder. */
import { parseArgs } from 'node:util';
import type { Config } from '#base/config.ts';
import { addPerson, hashPassword, makePassword, readPerson } from '#identity/person.ts';
import { roleNames } from '#identity/role.ts';
import { createSessions } from '#identity/session.ts';
import { openBeside } from './open.ts';
import { createLog } from './log.ts';
import { StartError } from './start-error.ts';

/** Prints a bearer token, alone on standard output. It lasts 90 days. */
export async function tokenCommand(config: Config, args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { user: { type: 'string' } } });
  const { user } = values;
  if (user === undefined) throw new StartError('Say for whom: holdfast token --user NAME');
  const { store, close } = await openBeside(config, createLog({ ...config, log: 'warn' }));
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

export async function userCommand(config: Config, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      role: { type: 'string' },
      practitioner: { type: 'string' },
      ward: { type: 'string' },
    },
  });
  const [verb, user] = positionals;
  const role = roleNames.find((one) => one === values.role);
  if (verb !== 'add' || user === undefined || values.name === undefined || role === undefined) {
    throw new StartError(
      `Usage: holdfast user add NAME --name "FULL NAME" --role ${roleNames.join('|')} [--practitioner ID] [--ward ID]`,
    );
  }
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(user))
    throw new StartError('A user name is 1 to 64 of a-z, 0-9, dot, hyphen and underscore.');
  await addUser(config, {
    user,
    name: values.name,
    role,
    practitioner: values.practitioner,
    ward: values.ward,
  });
}

async function addUser(
  config: Config,
  asked: {
    user: string;
    name: string;
    role: string;
    practitioner: string | undefined;
    ward: string | undefined;
  },
): Promise<void> {
  const { store, close } = await openBeside(config, createLog({ ...config, log: 'warn' }));
  try {
    const password = makePassword();
    const person = {
      user: asked.user,
      name: asked.name,
      role: asked.role,
      practitioner: asked.practitioner === undefined ? null : `Practitioner/${asked.practitioner}`,
      ward: asked.ward === undefined ? null : `Location/${asked.ward}`,
    };
    if (!(await addPerson(store.sql, person, await hashPassword(password))))
      throw new StartError(`There is a user '${asked.user}' already.`);
    console.log(`${asked.user}  ${password}`);
  } finally {
    await close();
  }
}
