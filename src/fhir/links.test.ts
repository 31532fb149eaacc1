import { expect, test } from 'vitest';
import { replaceLinks } from './links.ts';

const urn = 'urn:uuid:0b7c6a52-5d2c-4a53-9d5b-2f0a4c1d3e4f';
const links = new Map([
  [urn, 'Patient/1'],
  ['http://old.dk/fhir/Binary/9?a=1&b', 'Binary/2'],
]);
const replaced = (resource: { readonly resourceType: string }) =>
  JSON.parse(replaceLinks(JSON.stringify(resource), resource.resourceType, (link) => links.get(link)));

test('links in uri and url elements, contained resources, extensions and beside primitives are turned', () => {
  const resource = (to: string) => ({
    resourceType: 'DocumentReference',
    contained: [{ resourceType: 'Device', url: to }],
    extension: [{ url: 'http://x.test', valueUri: to }],
    _status: { extension: [{ url: 'http://x.test', valueUrl: to }] },
    content: [{ attachment: { url: to } }],
  });
  expect(replaced(resource(urn))).toEqual(resource('Patient/1'));
});

test('an element that is called resourceType does not make a resource', () => {
  const resource = (to: string) => ({
    resourceType: 'ExampleScenario',
    instance: [
      { resourceId: 'x', resourceType: 'Patient', extension: [{ url: 'http://x.test', valueUri: to }] },
    ],
  });
  expect(replaced(resource(urn))).toEqual(resource('Patient/1'));
});

test('texts, identifiers and canonicals that look the same stay', () => {
  const resource = {
    resourceType: 'Observation',
    identifier: [{ system: 'urn:ietf:rfc:3986', value: urn }],
    instantiatesCanonical: [urn],
    note: [{ text: urn }],
    valueString: urn,
    implicitRules: 'http://elsewhere.dk',
  };
  expect(replaced(resource)).toEqual(resource);
});

test('a narrative points at what its links became', () => {
  const div = (a: string, img: string) =>
    `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${a}">${urn}</a><img src="${img}"/><a href="#x">y</a></div>`;
  const resource = (text: string) => ({ resourceType: 'Patient', text: { status: 'generated', div: text } });
  expect(replaced(resource(div(urn, 'http://old.dk/fhir/Binary/9?a=1&amp;b')))).toEqual(
    resource(div('Patient/1', 'Binary/2')),
  );
});

test('every other character of the text stays as it was written', () => {
  const text = `{"resourceType":"Observation","valueQuantity":{"value":1.00},"note":[{"text":"\\u00e6"}],"implicitRules":"${urn}"}`;
  expect(replaceLinks(text, 'Observation', (link) => links.get(link))).toBe(text.replace(urn, 'Patient/1'));
  expect(replaceLinks(text, 'Observation', () => undefined)).toBe(text);
});
