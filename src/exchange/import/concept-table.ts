/**
 * A code system as a table: CSV with a header of `code`, `display`, optionally `parent`, and `display:LANGUAGE` for names
 * in other languages. Separated by commas, semicolons or tabs, as the header is. How licensed code systems come in:
 * their owners publish them as files, each in a form of its own, and a spreadsheet makes this of any of them.
 */
import { createReadStream } from 'node:fs';
import { Refusal } from '#base/refusal.ts';
import { loadCodeSystem, type LoadedCodeSystem, type LoadedConcept } from '#store/concepts.ts';
import type { Store } from '#store/store.ts';

/** Lines of a table, and characters of a line, at most. SNOMED CT has some 500,000 concepts. */
const linesMax = 3_000_000;
const lineLengthMax = 20_000;

/**
 * Loads a file in place of what was there under the url; all of it or nothing.
 * @returns how many concepts were loaded
 * @throws Refusal naming the line and what was expected
 */
export async function loadConceptTable(
  store: Pick<Store, 'transactions'>,
  path: string,
  system: LoadedCodeSystem,
): Promise<number> {
  return loadCodeSystem(store, system, conceptsOf(linesOf(path)));
}

/** Nothing is read before it is asked for: the database may be busy between two lines. */
async function* linesOf(path: string): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineLengthMax)
      throw new Refusal('tooMuch', `a line has at most ${lineLengthMax} characters`);
    yield* lines;
  }
  yield rest;
}

/** @throws Refusal `unprocessable` for a line that is no concept. */
export async function* conceptsOf(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncIterable<LoadedConcept> {
  let columns: readonly string[] | undefined;
  let [number, separator] = [0, ','];
  for await (const raw of lines) {
    number++;
    if (number > linesMax) throw new Refusal('tooMuch', `a table has at most ${linesMax} lines`);
    const line = (number === 1 ? raw.replace(/^\ufeff/, '') : raw).replace(/\r$/, '');
    if (line.trim() === '') continue;
    if (line.length > lineLengthMax) throw wrong(number, `at most ${lineLengthMax} characters`);
    if (!columns) {
      separator = [';', '\t', ','].find((one) => line.includes(one)) ?? ',';
      columns = fieldsOf(line, separator, number).map((name) => name.trim());
      for (const name of ['code', 'display']) {
        if (!columns.includes(name)) throw wrong(number, `a column ${name}`);
      }
      continue;
    }
    yield conceptOf(columns, fieldsOf(line, separator, number), number);
  }
  if (!columns) throw new Refusal('unprocessable', 'the table is empty');
}

function wrong(line: number, expected: string): Refusal {
  return new Refusal('unprocessable', `line ${line}: expected ${expected}`);
}

function conceptOf(columns: readonly string[], fields: readonly string[], line: number): LoadedConcept {
  if (fields.length !== columns.length) throw wrong(line, `${columns.length} fields, found ${fields.length}`);
  const named = new Map(columns.map((name, n) => [name, (fields[n] ?? '').trim()]));
  const [code = '', display = '', parent = ''] = [
    named.get('code'),
    named.get('display'),
    named.get('parent'),
  ];
  if (!/^\S+(?: \S+)*$/.test(code) || code.length > 200) throw wrong(line, 'a code without blanks around it');
  const designations = [...named].flatMap(([name, value]) =>
    name.startsWith('display:') && value !== '' ? [[name.slice('display:'.length), value] as const] : [],
  );
  return {
    code,
    display,
    ...(parent === '' ? {} : { parent }),
    ...(designations.length > 0 ? { designations: Object.fromEntries(designations) } : {}),
  };
}

/** Fields of a line; one in quotes may hold the separator, and a quote as two. A field does not go over the end of a line. */
function fieldsOf(line: string, separator: string, number: number): readonly string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let field = '';
      let end = line.indexOf('"', at + 1);
      while (end >= 0 && line[end + 1] === '"') {
        field += line.slice(at + 1, end + 1);
        at = end + 1;
        end = line.indexOf('"', at + 1);
      }
      if (end < 0) throw wrong(number, 'a closing quote');
      fields.push(field + line.slice(at + 1, end));
      at = end + 1;
      if (at < line.length && line[at] !== separator)
        throw wrong(number, `${separator} after a closing quote`);
    } else {
      const end = line.indexOf(separator, at);
      fields.push(line.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? line.length : end;
    }
    if (at >= line.length) return fields;
    at++;
    if (at === line.length) return [...fields, ''];
  }
}
