/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a select shows no whole order line, and completes what is typed */
import { useRef, useState } from 'react';
import { readDose } from '#fhir/dose/dose.ts';
import type { Product } from '#fhir/medication/knowledge.ts';
import { doseText } from '#fhir/dose/text.ts';
import { useProducts } from '../../link/drug-knowledge.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import type { NewOrder } from './medication-acts.ts';

/** A list of fixed length: it does not grow and shrink under the hand. */
const linesShown = 10;

type Line = { readonly product: Product; readonly order: NewOrder; readonly isOwn: boolean };

/** Search by generic name or brand; each line is a whole order: form, strength, dose and times. Nothing completes what is typed. */
export function DrugSearch({
  onChoose,
}: {
  readonly onChoose: (order: NewOrder, isOwnDose: boolean) => void;
}) {
  const say = useText();
  const language = useLanguage();
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const { found, failed } = useProducts(words);
  const lines = (found?.products ?? []).flatMap(linesOf);
  const shown = lines.slice(0, linesShown);
  const marked = Math.min(chosen, shown.length - 1);
  function choose(line: Line | undefined) {
    if (line === undefined) return;
    onChoose(line.order, line.isOwn);
    setWords('');
    setChosen(0);
    field.current?.focus();
  }
  return (
    <search className="drug-search">
      <label className="field">
        <span>{say('drugSearch.label')}</span>
        <input
          ref={field}
          className="input"
          // It stands there because something is ordered.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          autoComplete="off"
          spellCheck={false}
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-controls="drug-lines"
          aria-activedescendant={marked >= 0 ? `drug-line-${marked}` : undefined}
          aria-autocomplete="list"
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setChosen(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setChosen(Math.min(marked + 1, shown.length - 1));
            else if (event.key === 'ArrowUp') setChosen(Math.max(0, marked - 1));
            else if (event.key === 'Enter' && !event.ctrlKey && !event.nativeEvent.isComposing)
              choose(shown[marked]);
            else return;
            event.preventDefault();
          }}
        />
      </label>
      <div className="drug-lines" id="drug-lines" role="listbox" aria-label={say('drugSearch.lines')}>
        {shown.map((line, index) => (
          <div
            key={
              line.isOwn ? `${line.product.id} own` : `${line.product.id} ${doseText(line.order.dose, 'da')}`
            }
            id={`drug-line-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === marked}
            className="drug-option"
            onClick={() => choose(line)}
            onKeyDown={(event) => event.key === 'Enter' && choose(line)}
          >
            <b>{line.product.generic}</b> {restOf(line.product)} —{' '}
            {line.isOwn ? <i>{say('drugSearch.ownDose')}</i> : doseText(line.order.dose, language)}
          </div>
        ))}
      </div>
      <output className="muted">
        {failed
          ? say('drugSearch.failed')
          : words.trim().length < 2
            ? say('drugSearch.hint')
            : found === undefined
              ? say('panel.loading')
              : lines.length === 0
                ? say('drugSearch.none')
                : say(found.isWhole ? 'drugSearch.shown' : 'drugSearch.shownOfMany', {
                    shown: shown.length,
                    count: lines.length,
                  })}
      </output>
    </search>
  );
}

function restOf({ text, generic }: Product): string {
  return text.startsWith(generic) ? text.slice(generic.length).replace(/^[\s,]+/, '') : text;
}

function linesOf(product: Product): readonly Line[] {
  const order = (dose: NewOrder['dose']): NewOrder => ({
    drug: product.text,
    generic: product.generic,
    atc: product.atc,
    packages: product.codings,
    dose,
    indication: product.indication,
  });
  return [
    ...product.templates.map((dosageInstruction) => ({
      product,
      isOwn: false,
      order: order(readDose({ dosageInstruction })),
    })),
    { product, isOwn: true, order: order({ steps: [], route: product.route, text: '' }) },
  ];
}
