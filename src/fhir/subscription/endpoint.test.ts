import { expect, test } from 'vitest';
import { mayLeadTo, readEndpoint } from './endpoint.ts';

const hosts = ['localhost', '127.0.0.1', '[::1]', 'lab.region.dk', 'pacs.region.dk:8443', '169.254.7.7'];

test.each([
  'http://localhost/hook',
  'http://127.0.0.1:81/hook',
  'http://[::1]/',
  'https://lab.region.dk/hook?a=b',
  'https://LAB.region.dk:9000/',
  'https://pacs.region.dk:8443/',
  // The same address, spelled otherwise.
  'http://0x7f.1/',
])('%s is in the list', (address) => {
  expect(readEndpoint(address, hosts)).toHaveProperty('url');
});

test.each([
  'https://pacs.region.dk/',
  'http://lab.region.dk.example.org/',
  'http://lab.region.dk@example.org/',
  'http://user:word@lab.region.dk/',
  'http://127.0.0.2/',
  'http://[::ffff:127.0.0.1]/',
  'http://lab.region.dk./',
  'file:///etc/passwd',
  '//lab.region.dk/',
  'lab.region.dk',
  '',
])('%s is not', (address) => {
  expect(readEndpoint(address, hosts)).toHaveProperty('fault');
});

test('a listed name leads to machines of the network, and not to this one unless it is called localhost', () => {
  expect(mayLeadTo('lab.region.dk', '10.1.2.3', hosts)).toBe(true);
  expect(mayLeadTo('lab.region.dk', 'fd00::7', hosts)).toBe(true);
  for (const trick of [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    '224.0.0.1',
    '255.255.255.255',
    'ff02::1',
  ])
    expect(mayLeadTo('lab.region.dk', trick, hosts), trick).toBe(false);
  // An address with a line of its own in the list.
  expect(mayLeadTo('lab.region.dk', '169.254.7.7', hosts)).toBe(true);
  expect(mayLeadTo('localhost', '127.0.0.1', hosts)).toBe(true);
  expect(mayLeadTo('localhost', '::1', hosts)).toBe(true);
  expect(mayLeadTo('localhost', '10.1.2.3', hosts)).toBe(false);
});
