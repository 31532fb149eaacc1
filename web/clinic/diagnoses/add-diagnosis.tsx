/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- Ctrl+Enter belongs to the whole form */
import type { Condition } from '@medplum/fhirtypes';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { sides, type DiagnosisKind, type NewDiagnosis, type Side } from '#fhir/diagnoses/diagnosis.ts';
import { useDiagnosisSearch, useLoadedInPart, type FoundDiagnosis } from '../../link/diagnosis-search.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { wordsOf } from '../record/coding.ts';

const kindTexts = {
  action: 'diagnosis.action',
  secondary: 'diagnosis.secondary',
  lasting: 'diagnosis.lasting',
} as const satisfies Record<DiagnosisKind, TextKey>;
const sideTexts = {
  none: 'diagnosis.noSide',
  right: 'diagnosis.right',
  left: 'diagnosis.left',
  both: 'diagnosis.bothSides',
} as const satisfies Record<Side | 'none', TextKey>;

type AddDiagnosisProps = {
  /** The action diagnosis of the stay. */
  readonly action: Condition | undefined;
  /** Without a stay a diagnosis is lasting. */
  readonly hasStay: boolean;
  readonly whyNot: string | undefined;
  readonly onCancel: () => void;
  readonly onSign: (diagnosis: NewDiagnosis) => void;
};

/** Search, choose with Enter, sign with Ctrl+Enter; what is usual is chosen already. */
export function AddDiagnosis({ action, hasStay, whyNot, onCancel, onSign }: AddDiagnosisProps) {
  const say = useText();
  const [chosen, setChosen] = useState<FoundDiagnosis>();
  const [kind, setKind] = useState<DiagnosisKind>(
    hasStay ? (action === undefined ? 'action' : 'secondary') : 'lasting',
  );
  const [side, setSide] = useState<Side | 'none'>('none');
  const [isSuspected, setIsSuspected] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // What was searched in is gone: the keys go on where the choice is.
  useEffect(() => {
    if (chosen !== undefined) form.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
  }, [chosen]);
  const cannot = whyNot ?? (chosen === undefined ? say('diagnosis.choose') : undefined);

  function sign() {
    if (cannot !== undefined || chosen === undefined) return;
    const { code, display } = chosen;
    onSign({ code, display, kind, isSuspected, side: side === 'none' ? undefined : side });
  }

  return (
    <form
      ref={form}
      className="add-diagnosis no-print"
      aria-label={say('diagnosis.add')}
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === 'Escape') return onCancel();
        if (event.key !== 'Enter' || !event.ctrlKey) return;
        event.preventDefault();
        sign();
      }}
    >
      {chosen === undefined ? (
        <Search onChoose={setChosen} />
      ) : (
        <>
          <p className="chosen-diagnosis">
            <b>{chosen.display}</b> <span className="muted">{chosen.code}</span>
            <Button kind="plain" onPress={() => setChosen(undefined)}>
              {say('diagnosis.other')}
            </Button>
          </p>
          <Segments
            label={say('diagnosis.kind')}
            value={kind}
            choices={(hasStay ? (['action', 'secondary', 'lasting'] as const) : (['lasting'] as const)).map(
              (value) => ({ value, label: say(kindTexts[value]) }),
            )}
            onChoose={setKind}
          />
          <Segments
            label={say('diagnosis.side')}
            value={side}
            choices={(['none', ...(Object.keys(sides) as Side[])] as const).map((value) => ({
              value,
              label: say(sideTexts[value]),
            }))}
            onChoose={setSide}
          />
          <label className="check">
            <input
              type="checkbox"
              checked={isSuspected}
              onChange={(event) => setIsSuspected(event.target.checked)}
            />{' '}
            {say('diagnosis.suspected')}
          </label>
          {kind === 'action' && action !== undefined && (
            <output className="muted">{say('diagnosis.takesOver', { name: wordsOf(action.code) })}</output>
          )}
        </>
      )}
      <div className="stay-buttons">
        <Button kind="primary" type="submit" shortcut="Ctrl ↵" disabledBecause={cannot} onPress={sign}>
          {say('editor.sign')}
        </Button>
        <Button kind="plain" onPress={onCancel}>
          {say('modal.close')}
        </Button>
      </div>
    </form>
  );
}

function Search({ onChoose }: { readonly onChoose: (found: FoundDiagnosis) => void }) {
  const say = useText();
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const { found, total, failed } = useDiagnosisSearch(words);
  const loaded = useLoadedInPart();
  const list = useRef<HTMLUListElement>(null);

  function press(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (found === undefined || found.length === 0) return;
    if (step !== 0) {
      const next = (at + step + found.length) % found.length;
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && !event.ctrlKey) {
      const one = found[Math.min(at, found.length - 1)];
      if (one !== undefined) onChoose(one);
    } else return;
    event.preventDefault();
  }

  return (
    <>
      <label className="field" onKeyDown={press}>
        <span>{say('diagnosis.search')}</span>
        <input
          className="input"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens because somebody asked to search
          autoFocus
          type="search"
          autoComplete="off"
          value={words}
          maxLength={80}
          onChange={(event) => {
            setWords(event.target.value);
            setAt(0);
          }}
        />
      </label>
      {loaded !== undefined && <p className="tag stale">{say('diagnosis.inPart', { count: loaded })}</p>}
      {failed && <p className="error">{say('diagnosis.searchFailed')}</p>}
      {found?.length === 0 && <p className="nothing">{say('diagnosis.none')}</p>}
      {found !== undefined && found.length > 0 && (
        <ul className="found-diagnoses" ref={list}>
          {found.map((one, index) => (
            <li key={one.code}>
              <button
                type="button"
                aria-current={index === at ? 'true' : undefined}
                onClick={() => onChoose(one)}
              >
                <b>{one.display}</b> <span className="muted">{one.code}</span>{' '}
                {one.also !== '' && <span className="muted">· {one.also}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
      {found !== undefined && found.length < total && (
        <p className="muted">{say('diagnosis.more', { shown: found.length, all: total })}</p>
      )}
    </>
  );
}
