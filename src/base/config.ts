// Every setting of Holdfast in one table: name, form, default and one sentence. `main/` reads the environment once and
// hands on the frozen object; nothing else looks at environment variables. A wrong value stops the start, and the
// message lists all faults at once, because nobody wants to find them one restart at a time.
// `docs/operate/config.md` is this table in print, and a test holds the two together.

/** Reads the text of a setting: the value, or what is wrong with the text, to be read after "NAME is 'text', ". */
type Parser<T> = (text: string) => { readonly value: T } | { readonly fault: string };

interface Setting<T> {
  readonly name: string;
  readonly parse: Parser<T>;
  /** As an operator would write it; undefined when the setting may be absent. */
  readonly initial: string | undefined;
  readonly sentence: string;
}

function setting<T>(name: string, parse: Parser<T>, initial: string, sentence: string): Setting<T> {
  return { name, parse, initial, sentence };
}

function optional<T>(name: string, parse: Parser<T>, sentence: string): Setting<T | undefined> {
  return { name, parse, initial: undefined, sentence };
}

const mebibyte = 1024 * 1024;

const settings = {
  port: setting(
    'HOLDFAST_PORT',
    integer(0, 65_535),
    '8080',
    'Port of the web server; 0 lets the system choose one.',
  ),
  host: setting(
    'HOLDFAST_HOST',
    word,
    '127.0.0.1',
    'Address the web server listens on. Only this machine by default, because records and passwords must not cross a network without TLS: put a TLS proxy in front, or name another address when the network is already protected.',
  ),
  proxy: setting(
    'HOLDFAST_PROXY',
    onOff,
    'off',
    '`on` behind a TLS proxy on this machine: its `X-Forwarded-*` headers are then believed, so that links name the address people use, cookies are marked Secure, and guessing is counted for each caller.',
  ),
  dataFolder: setting('HOLDFAST_DATA', word, './data', 'Folder for everything this program keeps on disk.'),
  databaseUrl: optional(
    'HOLDFAST_DATABASE_URL',
    databaseAddress,
    'Use this PostgreSQL (`postgres://user:password@host:port/database`); when absent, an embedded one is kept in the data folder.',
  ),
  demo: setting(
    'HOLDFAST_DEMO',
    onOff,
    'on',
    '`on` fills an empty database with the invented demo region and its logins at the first start. `off` for a system that is to hold real patients.',
  ),
  demoSeed: setting(
    'HOLDFAST_DEMO_SEED',
    integer(0, 2 ** 31 - 1),
    '1',
    'The invented population is the same for the same seed.',
  ),
  demoPaceS: setting(
    'HOLDFAST_DEMO_PACE',
    integer(0, 3600),
    '0',
    'Seconds between two acts of scripted clinicians on the ward B12 of the demo region, who give doses, measure, order and answer while somebody looks on. 0: nobody acts.',
  ),
  bodyBytesMax: setting(
    'HOLDFAST_BODY_BYTES_MAX',
    integer(1024, 1024 * mebibyte),
    String(64 * mebibyte),
    'Largest request body, in bytes; a larger one is refused with 413.',
  ),
  entriesMax: setting('HOLDFAST_ENTRIES_MAX', integer(1, 1_000_000), '20000', 'Most entries in one Bundle.'),
  depthMax: setting('HOLDFAST_DEPTH_MAX', integer(8, 1000), '64', 'Deepest nesting of JSON in a resource.'),
  pageMax: setting(
    'HOLDFAST_PAGE_MAX',
    integer(1, 100_000),
    '1000',
    'Most matches on one page of a search, whatever `_count` asks for.',
  ),
  pageDefault: setting(
    'HOLDFAST_PAGE_DEFAULT',
    integer(1, 100_000),
    '50',
    'Matches on one page of a search without `_count`.',
  ),
  writeDeadlineMs: setting(
    'HOLDFAST_WRITE_DEADLINE_MS',
    integer(100, 600_000),
    '10000',
    'Milliseconds after which a write without an answer from the database is reported as unknown; the caller repeats it with the same act id.',
  ),
  deletedAtOnceMax: setting(
    'HOLDFAST_DELETED_AT_ONCE_MAX',
    integer(1, 10_000),
    '1',
    'Most resources that one conditional delete (`DELETE /fhir/Type?criteria`) deletes; more matches are refused and nothing is deleted.',
  ),
  diskReserveBytes: setting(
    'HOLDFAST_DISK_RESERVE_MB',
    mebibytes(0, 1024 * 1024),
    '256',
    'Free space, in MiB, below which writes are refused with 507 while reading goes on, so that the database never meets a full disk.',
  ),
  sessionIdleMinutes: setting(
    'HOLDFAST_SESSION_IDLE_MIN',
    integer(1, 24 * 60),
    '15',
    'Minutes without activity after which a screen locks.',
  ),
  sessionHoursMax: setting(
    'HOLDFAST_SESSION_HOURS_MAX',
    integer(1, 48),
    '12',
    'Hours after which a login ends, however active it is.',
  ),
  glassHours: setting(
    'HOLDFAST_GLASS_HOURS',
    integer(1, 24),
    '4',
    'Hours that a record stays open which someone opened with a reason.',
  ),
  relationDays: setting(
    'HOLDFAST_RELATION_DAYS',
    integer(0, 3650),
    '90',
    'Days after the end of a stay, request or appointment for which the patient’s record stays open to those who took part in it.',
  ),
  fmkUrl: optional(
    'HOLDFAST_FMK_URL',
    webAddress,
    'Address of the shared medication card (FMK); without it FMK is not connected, and screens say so. With the demo region a stand-in of FMK starts by itself.',
  ),
  criticalTeamMinutes: setting(
    'HOLDFAST_CRITICAL_TEAM_MIN',
    integer(1, 24 * 60),
    '30',
    'Minutes after which a critical result that nobody has seen goes from who ordered it to the team.',
  ),
  criticalDutyMinutes: setting(
    'HOLDFAST_CRITICAL_DUTY_MIN',
    integer(1, 24 * 60),
    '60',
    'Minutes after which it goes to the ward’s duty list; more than HOLDFAST_CRITICAL_TEAM_MIN.',
  ),
  poolSize: setting(
    'HOLDFAST_POOL',
    integer(1, 90),
    '10',
    'Connections that each process opens for searches and transactions; it opens up to twelve more for writes, for readings by name, for what is planned once and for the audit. The embedded database takes 100 in all.',
  ),
  workers: setting(
    'HOLDFAST_WORKERS',
    integer(1, 64),
    '1',
    'Processes that serve, on one port. PostgreSQL needs cores of its own: on a machine with eight, four is a good number. Each opens HOLDFAST_POOL connections and twelve more.',
  ),
  subscriptionHosts: setting(
    'HOLDFAST_SUBSCRIPTION_HOSTS',
    hosts,
    'localhost 127.0.0.1 [::1]',
    'Hosts that subscriptions may send notifications to, with blanks between: a name, an address, or either with `:port`. A Subscription with another endpoint is refused.',
  ),
  publicUrl: optional(
    'HOLDFAST_PUBLIC_URL',
    webAddress,
    'Address of this program as other systems know it (`https://record.region.dk`), for links in what is sent to them; when absent, the address it listens on.',
  ),
  openidIssuer: optional(
    'HOLDFAST_OPENID_ISSUER',
    issuerAddress,
    'Log-in also by this OpenID provider (`https://login.region.dk/realm`): its button stands on the log-in page. It must send people back to `/openid` of the public address.',
  ),
  openidClient: setting(
    'HOLDFAST_OPENID_CLIENT',
    word,
    'holdfast',
    'The name this program is registered by at the OpenID provider.',
  ),
  openidSecretFile: optional(
    'HOLDFAST_OPENID_SECRET_FILE',
    word,
    'File with the secret that goes with that name; when absent, there is none and PKCE alone protects the log-in.',
  ),
  openidClaim: setting(
    'HOLDFAST_OPENID_CLAIM',
    word,
    'preferred_username',
    'The claim of the provider’s id token that is the user name here. Whoever has no user of that name is refused.',
  ),
  earlyWarning: setting(
    'HOLDFAST_EARLY_WARNING',
    oneOf('news2', 'toks', 'capital-region-ews'),
    'news2',
    'The early-warning table that the clinic scores by. Only `news2` can be chosen now: of the other two no public source shows all bands, and the start says so.',
  ),
  log: setting(
    'HOLDFAST_LOG',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'info',
    'Least severe log line to write: `debug`, `info`, `warn`, `error` or `silent`.',
  ),
} as const satisfies Record<string, Setting<unknown>>;

type Settings = typeof settings;
export type Config = {
  readonly [Field in keyof Settings]: Settings[Field] extends Setting<infer T> ? T : never;
};

/** All faults of the settings together; the message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(['The settings are wrong:', ...faults].join('\n  - '));
    this.faults = faults;
  }
}

export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [field, { name, parse, initial }] of Object.entries<Setting<unknown>>(settings)) {
    // An empty variable counts as absent: that is what `NAME= npm start` and empty lines in env files mean.
    const text = env[name]?.trim() || initial;
    if (text === undefined) {
      values[field] = undefined;
      continue;
    }
    const parsed = parse(text);
    if ('value' in parsed) values[field] = parsed.value;
    else faults.push(`${name} ${parsed.fault}`);
  }
  // Checked by the loop above: each field holds what its own parser gave.
  const config = values as Config;
  if (faults.length === 0 && config.pageDefault > config.pageMax) {
    faults.push(
      `HOLDFAST_PAGE_DEFAULT is ${config.pageDefault}, more than HOLDFAST_PAGE_MAX, ${config.pageMax}`,
    );
  }
  if (faults.length === 0 && config.criticalDutyMinutes <= config.criticalTeamMinutes) {
    faults.push(
      `HOLDFAST_CRITICAL_DUTY_MIN is ${config.criticalDutyMinutes}, not more than HOLDFAST_CRITICAL_TEAM_MIN, ${config.criticalTeamMinutes}`,
    );
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

/** The table as the operator's manual prints it. */
export function configAsMarkdown(): string {
  const rows = Object.values<Setting<unknown>>(settings).map(
    ({ name, initial, sentence }) =>
      `| \`${name}\` | ${initial === undefined ? '—' : `\`${initial}\``} | ${sentence} |`,
  );
  return [
    '# Settings',
    '',
    'Environment variables, read once at the start. A wrong value stops the start, and all faults are listed together.',
    'An empty variable counts as absent. Made from `src/base/config.ts`; after a change there, `npx vitest run -u --project unit config.test.ts` writes it anew.',
    '',
    '| name | default | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function integer(least: number, most: number): Parser<number> {
  return (text) => {
    const value = Number(text);
    return /^\d{1,15}$/.test(text) && value >= least && value <= most
      ? { value }
      : { fault: `is '${text}', not a whole number from ${least} to ${most}` };
  };
}

function mebibytes(least: number, most: number): Parser<number> {
  const parse = integer(least, most);
  return (text) => {
    const parsed = parse(text);
    return 'value' in parsed ? { value: parsed.value * mebibyte } : parsed;
  };
}

function oneOf<const Choice extends string>(...choices: readonly Choice[]): Parser<Choice> {
  return (text) => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? { fault: `is '${text}', not one of ${choices.join(', ')}` } : { value };
  };
}

function onOff(text: string): ReturnType<Parser<boolean>> {
  if (/^(on|true|1)$/i.test(text)) return { value: true };
  if (/^(off|false|0)$/i.test(text)) return { value: false };
  return { fault: `is '${text}', not on or off` };
}

function word(text: string): ReturnType<Parser<string>> {
  return text.includes('\0') ? { fault: 'contains a null character' } : { value: text };
}

function hosts(text: string): ReturnType<Parser<readonly string[]>> {
  const all = text.toLowerCase().split(/\s+/);
  const wrong = all.find((host) => !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/.test(host));
  return wrong === undefined
    ? { value: all }
    : { fault: `holds '${wrong}', not a host such as lab.region.dk, 10.0.0.7 or [fd00::7], also with :port` };
}

function webAddress(text: string): ReturnType<Parser<string>> {
  return /^https?:\/\/[^\s/?#@]+$/.test(text)
    ? { value: text }
    : { fault: `is '${text}', not of the form https://host or https://host:port` };
}

function issuerAddress(text: string): ReturnType<Parser<string>> {
  // Without TLS anyone on the way could say who is logging in; on the machine itself there is no way.
  return /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])[^\s?#@]+$/.test(text)
    ? { value: text }
    : { fault: `is '${text}', not of the form https://host/path` };
}

function databaseAddress(text: string): ReturnType<Parser<string>> {
  // The text may hold a password, so the fault does not repeat it.
  return /^postgres(ql)?:\/\/\S+$/.test(text)
    ? { value: text }
    : { fault: 'is not of the form postgres://user:password@host:port/database' };
}
