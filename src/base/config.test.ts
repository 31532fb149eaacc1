import { expect, test } from 'vitest';
import { ConfigError, configAsMarkdown, readConfig } from './config.ts';

test('without any variable, everything has its default', () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    dataFolder: './data',
    databaseUrl: undefined,
    demo: true,
    bodyBytesMax: 64 * 1024 * 1024,
    diskReserveBytes: 256 * 1024 * 1024,
    pageDefault: 50,
    log: 'info',
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test('values are read and trimmed; an empty one counts as absent', () => {
  const config = readConfig({
    HOLDFAST_PORT: ' 0 ',
    HOLDFAST_DEMO: 'off',
    HOLDFAST_DATA: '',
    HOLDFAST_DISK_RESERVE_MB: '1',
  });
  expect(config).toMatchObject({ port: 0, demo: false, dataFolder: './data', diskReserveBytes: 1024 * 1024 });
});

test('all faults are told at once, and no password is among them', () => {
  const wrong = {
    HOLDFAST_PORT: '80a80',
    HOLDFAST_DEMO: 'perhaps',
    HOLDFAST_LOG: 'loud',
    HOLDFAST_DATABASE_URL: 'mysql://me:hunter2@there/db',
  };
  const fault = faultOf(() => readConfig(wrong));
  expect(fault).toBeInstanceOf(ConfigError);
  expect(fault.message).toBe(
    [
      'The settings are wrong:',
      "  - HOLDFAST_PORT is '80a80', not a whole number from 0 to 65535",
      '  - HOLDFAST_DATABASE_URL is not of the form postgres://user:password@host:port/database',
      "  - HOLDFAST_DEMO is 'perhaps', not on or off",
      "  - HOLDFAST_LOG is 'loud', not one of debug, info, warn, error, silent",
    ].join('\n'),
  );
});

test('the default page may not be larger than the largest', () => {
  expect(() => readConfig({ HOLDFAST_PAGE_MAX: '20' })).toThrow(
    'HOLDFAST_PAGE_DEFAULT is 50, more than HOLDFAST_PAGE_MAX, 20',
  );
});

test('the manual holds the same table', async () => {
  await expect(configAsMarkdown()).toMatchFileSnapshot('../../docs/operate/config.md');
});

function faultOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}
