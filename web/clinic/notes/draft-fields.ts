import { carriedMark, type Section } from '#fhir/notes/sections.ts';
import type { Carried } from '#fhir/notes/note.ts';
import { flat, type Answers, type Template, type TemplateItem } from '#fhir/notes/template.ts';

// What a draft of a note keeps on the device: texts by field. The free text is one for all templates, so that who chose the wrong one
// loses nothing; every other answer belongs to its template and waits there when another is chosen.

export type Fields = Readonly<Record<string, string>>;

export const fieldOf = ({ title }: Template, { id, isFree }: TemplateItem): string =>
  isFree ? 'text' : `${title}/${id}`;

export function answersIn(fields: Fields, template: Template): Answers {
  return Object.fromEntries(
    flat(template.items).map((item) => [item.id, fields[fieldOf(template, item)] ?? '']),
  );
}

/** The fields that these answers are kept in. */
export function fieldsOf(answers: Answers, template: Template): Fields {
  return Object.fromEntries(
    flat(template.items).flatMap((item) => {
      const given = answers[item.id];
      return given === undefined ? [] : [[fieldOf(template, item), given] as const];
    }),
  );
}

type Source = { readonly id: string; readonly kind: string; readonly when: string; readonly author: string };
type Kept = Carried & { readonly mark: string };

/** Takes a part of a note into the draft, with a line that says from where; into the field of its heading, where there is one. */
export function carry(
  fields: Fields,
  template: Template,
  source: Source,
  section: Section | undefined,
  whole: string,
): Fields {
  const heading = section?.heading;
  const item =
    heading === undefined
      ? undefined
      : flat(template.items).find(
          ({ text, kind }) => kind === 'text' && text.toLowerCase() === heading.toLowerCase(),
        );
  const name = item === undefined ? 'text' : fieldOf(template, item);
  const taken =
    section === undefined
      ? whole
      : item === undefined
        ? section.text
        : section.text.slice((heading ?? '').length + 1).trim();
  const mark = carriedMark(source.kind, source.when, source.author);
  const before = fields[name]?.trimEnd() ?? '';
  const carried: readonly Kept[] = [
    ...keptIn(fields),
    { note: source.id, mark, ...(heading === undefined ? {} : { section: heading }) },
  ];
  return {
    ...fields,
    [name]: `${before === '' ? '' : `${before}\n\n`}${mark}\n${taken}`,
    carried: JSON.stringify(carried),
  };
}

/** The sources whose line still stands in the text. */
export function carriedInto(fields: Fields, text: string): readonly Carried[] {
  const seen = new Set<string>();
  return keptIn(fields).flatMap(({ note, section, mark }) => {
    const key = `${note} ${section ?? ''}`;
    if (!text.includes(mark) || seen.has(key)) return [];
    seen.add(key);
    return [{ note, section }];
  });
}

function keptIn(fields: Fields): readonly Kept[] {
  try {
    return JSON.parse(fields['carried'] ?? '[]') as readonly Kept[];
  } catch {
    // A draft of another time: its text is whole all the same.
    return [];
  }
}

/** Nothing that anybody would miss. */
export function isEmpty(fields: Fields): boolean {
  return Object.entries(fields).every(([name, text]) => notText.has(name) || text.trim() === '');
}
const notText = new Set(['kind', 'carried', 'appends', 'replaces', 'colleague', 'colleagueName', 'about']);
