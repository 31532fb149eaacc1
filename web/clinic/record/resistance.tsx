import type { Observation } from '@medplum/fhirtypes';
import { Tag } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { hasCode, wordsOf } from './coding.ts';

// EUCAST's three: I is no "between", it is susceptible where more of the drug gets to.
const answers = [
  { code: 'R', text: 'resistance.resistant', kind: 'abn' },
  { code: 'I', text: 'resistance.increased', kind: 'watch' },
  { code: 'S', text: 'resistance.susceptible', kind: 'plain' },
] as const satisfies readonly {
  readonly code: string;
  readonly text: TextKey;
  readonly kind: 'abn' | 'watch' | 'plain';
}[];

/** What a microbe that was found is susceptible to, in letters and words; what it resists first. */
export function ResistanceTable({ rows }: { readonly rows: readonly Observation[] }) {
  const say = useText();
  if (rows.length === 0) return null;
  const told = rows
    .map((row) => ({
      row,
      place: answers.findIndex(
        ({ code }) =>
          row.interpretation?.some((each) => hasCode(each, code)) === true ||
          wordsOf(row.valueCodeableConcept) === code,
      ),
    }))
    .sort(
      (a, b) => rank(a.place) - rank(b.place) || wordsOf(a.row.code).localeCompare(wordsOf(b.row.code), 'da'),
    );
  return (
    <table className="table resistance">
      <thead>
        <tr>
          <th scope="col">{say('resistance.drug')}</th>
          <th scope="col">{say('resistance.answer')}</th>
        </tr>
      </thead>
      <tbody>
        {told.map(({ row, place }) => {
          const answer = answers[place];
          return (
            <tr key={row.id}>
              <td>{wordsOf(row.code)}</td>
              <td>
                {answer === undefined ? (
                  wordsOf(row.valueCodeableConcept)
                ) : (
                  <Tag kind={answer.kind}>
                    {answer.code} {say(answer.text)}
                  </Tag>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const rank = (place: number): number => (place === -1 ? answers.length : place);
