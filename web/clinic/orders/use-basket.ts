import { useEffect } from 'react';
import { useActs } from '../../link/act.ts';
import { keepText, useKept } from '../../link/kept.ts';
import { emptyBasket, readBasket, type Basket } from './basket.ts';

// The basket of one user and patient. When it is signed it is put aside until the server's answer is known: a basket that stood there
// again after a reload would be signed a second time.

export type UsedBasket = {
  readonly basket: Basket;
  readonly change: (next: Basket) => void;
  /** It is on its way: the basket is empty, and what was in it is kept aside. */
  readonly putAside: () => void;
  readonly stored: () => void;
  readonly refused: () => void;
};

export function useBasket(user: string, patient: string, title: (text: string) => boolean): UsedBasket {
  const name = `basket/${user}/${patient}`;
  const aside = `signed/${user}/${patient}`;
  const text = useKept(name);
  const signed = useKept(aside);
  const acts = useActs(user).filter((act) => act.patient === patient && title(act.title));
  const underway = acts.some(({ state }) => state !== 'refused');
  const refusedLater = acts.some(({ state }) => state === 'refused');

  // After a reload the act went on by itself: stored, it is gone; refused, what was in it must be seen again.
  useEffect(() => {
    if (signed === undefined || underway) return;
    if (refusedLater && text === undefined) keepText(name, signed);
    keepText(aside, undefined);
  }, [signed, underway, refusedLater, text, name, aside]);

  return {
    basket: readBasket(text),
    change: (next) => keepText(name, next.lines.length === 0 ? undefined : JSON.stringify(next)),
    putAside() {
      keepText(aside, text ?? JSON.stringify(emptyBasket));
      keepText(name, undefined);
    },
    stored: () => keepText(aside, undefined),
    refused() {
      if (text !== undefined) keepText(name, text);
      keepText(aside, undefined);
    },
  };
}
