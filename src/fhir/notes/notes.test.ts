import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matching, phraseSystem, regionalPhrases, typedPhrase } from './phrases.ts';
import { sectionsOf } from './sections.ts';
import {
  answersOf,
  flat,
  hasAnswers,
  noteText,
  questionnaires,
  readTemplate,
  responseOf,
  templatesOf,
  type Template,
} from './template.ts';

const templates = templatesOf([]);
const called = (title: string): Template => {
  const found = templates.find((each) => each.title === title);
  if (!found) throw new Error(title);
  return found;
};
const answerer = { patient: '1', stay: undefined, author: undefined, at: '2026-01-15T14:05:00+01:00' };

describe('templates', () => {
  test('the program brings those that a hospital needs, each with one place for a short note first', () => {
    expect(templates.map(({ title }) => title)).toEqual([
      'Fysioterapistatus',
      'Indlæggelsesnotat',
      'Kontinuation',
      'Operationsnotat',
      'Samtale med pårørende',
      'Stuegang',
      'Sygeplejenotat',
      'Tilsyn',
    ]);
    for (const { items } of templates) {
      expect(items[0]?.isFree).toBe(true);
      expect(flat(items).filter(({ isFree }) => isFree)).toHaveLength(1);
      expect(flat(items).filter(({ kind }) => kind === 'unknown')).toEqual([]);
      expect(new Set(flat(items).map(({ id }) => id)).size).toBe(flat(items).length);
    }
    expect(called('Sygeplejenotat').items[1]?.items).toHaveLength(12);
  });

  test('a region’s own comes in the place of the one with its url, and one that it retired is gone', () => {
    const [first, second] = questionnaires();
    if (!first || !second) throw new Error('no templates');
    const own = templatesOf([
      { ...first, title: 'Stuegang, medicinsk' },
      { ...second, status: 'retired' },
    ]).map(({ title }) => title);
    expect(own).toContain('Stuegang, medicinsk');
    expect(own).not.toContain('Stuegang');
    expect(own).not.toContain('Sygeplejenotat');
    expect(readTemplate({ ...first, useContext: [] })).toBeUndefined();
  });

  test('the free text stands first and alone; what was not answered is left out', () => {
    const round = called('Stuegang');
    expect(noteText(round, { status: ' Har det bedre. ' })).toBe('Har det bedre.');
    expect(hasAnswers(round, { status: 'x', plan: '  ' })).toBe(false);
    expect(
      noteText(round, {
        plan: 'Mobiliseres.\nHjem i morgen.',
        status: 'Bedre.',
        udskrivelse: '2026-01-16',
        medicin: 'false',
      }),
    ).toBe(
      'Bedre.\n\nPlan:\nMobiliseres.\nHjem i morgen.\n\nForventet udskrivelse: 16.01.2026\nMedicin gennemgået: Nej',
    );
  });

  test('whatever is answered stands in the text and comes back from the response, and nothing else does', () => {
    const word = fc.stringMatching(/^[a-zæøå]{3,12}( [a-zæøå]{3,12}){0,3}$/);
    const given = fc.constantFrom(...templates).chain((template) => {
      const asked = flat(template.items).filter(({ kind }) => kind !== 'group');
      return fc.record({
        template: fc.constant(template),
        answers: fc.record(
          Object.fromEntries(
            asked.map(({ id, kind, choices }) => [
              id,
              kind === 'boolean'
                ? fc.constantFrom('true', 'false', '')
                : kind === 'date'
                  ? fc.constantFrom('2026-01-15', '')
                  : kind === 'choice'
                    ? fc.constantFrom('', ...choices)
                    : fc.oneof(word, fc.constant('')),
            ]),
          ),
          { requiredKeys: [] },
        ),
      });
    });
    fc.assert(
      fc.property(given, ({ template, answers: some }) => {
        const answers = Object.fromEntries(Object.entries(some).map(([id, text]) => [id, text ?? '']));
        const said = Object.fromEntries(Object.entries(answers).filter(([, text]) => text !== ''));
        expect(answersOf(responseOf(template, answers, answerer))).toEqual(said);
        const text = noteText(template, answers);
        for (const { id, kind, text: heading, isFree } of flat(template.items)) {
          const own = answers[id] ?? '';
          if (own !== '' && (kind === 'text' || kind === 'string' || kind === 'choice'))
            expect(text).toContain(isFree ? own : `${heading}: ${own}`);
          if (own === '' && kind !== 'group' && !isFree) expect(`\n${text}`).not.toContain(`\n${heading}:`);
        }
        expect(text).not.toMatch(/\n{3}|undefined|^\s|\s$/);
      }),
    );
  });
});

describe('sections', () => {
  test('are blocks with the heading that they begin with', () => {
    expect(sectionsOf('Bedre.\n\nPlan:\n- hjem\n- kontrol\n\n\nParaklinisk: CRP 40: falder.')).toEqual([
      { heading: undefined, text: 'Bedre.' },
      { heading: 'Plan', text: 'Plan:\n- hjem\n- kontrol' },
      { heading: 'Paraklinisk', text: 'Paraklinisk: CRP 40: falder.' },
    ]);
    expect(sectionsOf('Siger, at hun har det godt: ingen smerter.')[0]?.heading).toBeUndefined();
  });

  test('lose nothing of what a note says', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z:. ]{0,20}$/)), (lines) => {
        const words = (text: string) => text.split(/\s+/).filter((each) => each !== '');
        const text = lines.join('\n');
        expect(sectionsOf(text).flatMap((section) => words(section.text))).toEqual(words(text));
      }),
    );
  });
});

describe('phrases', () => {
  test('begin with a point at the beginning of a word, and a number is none', () => {
    expect(typedPhrase('.obj', 4)).toEqual({ from: 0, name: 'obj' });
    expect(typedPhrase('Set kl. 7 .na og', 13)).toEqual({ from: 10, name: 'na' });
    for (const text of ['7.5', 'i.v', 'Slut.', 'kl.', '. '])
      expect(typedPhrase(text, text.length)).toBeUndefined();
    expect(typedPhrase('Slut. .', 7)).toEqual({ from: 6, name: '' });
  });

  test('one’s own goes before the region’s of the same name', () => {
    const own = { name: 'obj', text: 'Mit eget', isOwn: true };
    const found = matching([...regionalPhrases(phraseSystem()), own], 'OB');
    expect(found).toEqual([own]);
    expect(matching(regionalPhrases(undefined), 's').map(({ name }) => name)).toEqual([
      'smer',
      'sov',
      'stc',
      'stp',
    ]);
  });
});
