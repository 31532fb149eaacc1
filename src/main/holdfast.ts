/** The command line. */
import { ConfigError, readConfig, type Config } from '#base/config.ts';
import { start } from './start.ts';
import { StartError } from './start-error.ts';
import { clientCommand } from './client-command.ts';
import { codesCommand } from './codes-command.ts';
import { importCommand } from './import-command.ts';
import { tokenCommand, userCommand } from './people-commands.ts';
import { verifyCommand } from './verify-command.ts';

interface Command {
  readonly usage: string;
  readonly does: string;
  readonly run: (config: Config, args: readonly string[]) => Promise<void>;
}

const commands: Readonly<Record<string, Command>> = {
  start: {
    usage: 'start',
    does: 'runs the region: database, FHIR API and clinic, until it is stopped',
    run: (config) => start(config),
  },
  import: {
    usage: 'import [--assign-cpr] [--skip TYPE,…] FILE|FOLDER…',
    does: 'takes in FHIR Bundles, resources and NDJSON, also gzipped',
    run: importCommand,
  },
  token: {
    usage: 'token --user NAME',
    does: 'prints a bearer token for a program that acts as this user',
    run: tokenCommand,
  },
  user: {
    usage: 'user add|change NAME --name "FULL NAME" --role ROLE',
    does: 'makes a login and prints its first password, or changes one',
    run: userCommand,
  },
  client: {
    usage:
      'client add ID --name "NAME" --kind public|confidential|backend --scope "SCOPES" [--redirect URL] [--launch URL] [--jwks FILE]',
    does: 'registers another program that may ask for access; also: client list, client remove ID',
    run: clientCommand,
  },
  codes: {
    usage: 'codes FILE --url URL [--version VERSION] [--name NAME]',
    does: 'loads a code system (ATC, NPU, SKS …) from a table with the columns code and display',
    run: codesCommand,
  },
  verify: {
    usage: 'verify',
    does: 'proves that the record equals the journal, or lists what differs',
    run: verifyCommand,
  },
};

function help(): string {
  const lines = Object.values(commands).map(({ usage, does }) => `  holdfast ${usage}\n      ${does}`);
  return `Usage:\n${lines.join('\n')}\n\nSettings are environment variables: docs/operate/config.md.`;
}

async function main(): Promise<void> {
  const [name = 'help', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    console.log(help());
    process.exitCode = ['help', '--help', '-h'].includes(name) ? 0 : 2;
    return;
  }
  await command.run(readConfig(process.env), args);
}

try {
  await main();
} catch (error) {
  const expected =
    error instanceof StartError ||
    error instanceof ConfigError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  console.error(expected ? error.message : error);
  process.exitCode = expected ? 2 : 1;
}
// Whatever a library may have left open must not keep a finished command alive.
process.exit();
