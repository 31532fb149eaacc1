import type { Template } from '#fhir/notes/template.ts';

/** The one that the draft names, or else the one that the role begins with; of a kind that no template asks for, its text alone. */
export function chosenTemplate(
  templates: readonly Template[],
  title: string | undefined,
  role: string | undefined,
): Template {
  const found =
    title === undefined
      ? (templates.find(({ roles }) => roles.includes(role ?? '')) ??
        templates.find(({ items }) => items.length === 1) ??
        templates[0])
      : templates.find((each) => each.title === title);
  return found ?? freeTemplate(title ?? 'Notat');
}

const freeTemplate = (title: string): Template => ({
  url: '',
  title,
  roles: [],
  items: [
    { id: 'notat', text: 'Notat', kind: 'text', isFree: true, choices: [], isRequired: false, items: [] },
  ],
});
