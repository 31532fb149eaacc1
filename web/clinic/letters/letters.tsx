import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { dischargeLetter, letterKindOf, letterKinds } from '#fhir/letters/kinds.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { AsOf, FailedNote, joinStates, Loaded, Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { useItems } from '../record/use-patient.ts';
import { LetterEditor } from './letter-editor.tsx';
import { letterRows, type LetterRow } from './letter-rows.ts';
import { LetterReading } from './letter-reading.tsx';
import { LetterTags } from './letter-tags.tsx';
import { nameOf } from './letter-texts.ts';
import type { LettersPlace } from './letters-place.ts';
import './letters.css';

/** The letters of a patient: what is owed, what is being written, what was signed; and each kind by one press. */
export function Letters() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/letters' });
  const place = useSearch({ from: '/clinic/patient/$patient/letters' });
  const navigate = useNavigate({ from: '/patient/$patient/letters' });
  const say = useText();
  const language = useLanguage();
  const letters = useItems(patient, 'letters', 'Composition');
  const ways = useItems(patient, 'letterWays', 'Task');
  const state = joinStates(letters.state, ways.state);
  const rows = letterRows(letters.items, ways.items);
  const go = (search: LettersPlace) => void navigate({ search, replace: true });
  const kind = letterKindOf(place.write);
  const from = letters.items.find(({ id }) => id === place.from);
  const readable = rows.filter(({ letter }) => letter !== undefined);
  const open =
    readable.find(({ key }) => key === place.letter) ?? readable.find(({ status }) => status === 'signed');
  const role = queries.getQueryData<Session | null>(keys.session)?.role ?? '';
  const writes = letterKinds.some(({ signs }) => signs.includes(role));
  const write = (row: LetterRow) =>
    go(
      row.letter === undefined
        ? { write: row.kind?.id ?? '', ...(row.encounter === undefined ? {} : { stay: row.encounter }) }
        : { write: row.kind?.id ?? '', from: row.key },
    );

  return (
    <div className="work" data-ready="letters">
      <div className="bar no-print">
        <span className="muted">{say('letters.new')}</span>
        {letterKinds.map((each) => (
          <Button
            key={each.id}
            disabledBecause={writes ? undefined : say('letters.notYours')}
            onPress={() => go({ write: each.id })}
          >
            {nameOf(each, language)}
          </Button>
        ))}
        <span className="grow" />
        <AsOf state={state} />
        <PrintButton />
      </div>
      <div className={kind === undefined ? 'letters' : 'letters writing'}>
        <section
          className={`panel no-print ${state.failed ? 'failed' : ''}`}
          aria-label={say('letters.list')}
        >
          <FailedNote state={state} />
          <ScrollRegion label={say('letters.list')}>
            <Loaded state={state}>
              {rows.length === 0 && (
                <div className="inset">
                  <Nothing />
                </div>
              )}
              <ul className="letter-list">
                {rows.map((row) => (
                  <Row
                    key={row.key}
                    row={row}
                    isOpen={kind === undefined ? row.key === open?.key : row.key === place.from}
                    onOpen={() =>
                      row.status === 'owed' || row.status === 'draft' ? write(row) : go({ letter: row.key })
                    }
                  />
                ))}
              </ul>
            </Loaded>
          </ScrollRegion>
        </section>
        {kind !== undefined && (place.from === undefined || from !== undefined) ? (
          <LetterEditor
            key={`${kind.id} ${place.from ?? ''} ${place.answers ?? ''}`}
            patient={patient}
            kind={kind}
            stay={place.stay}
            from={from}
            answers={letters.items.find(({ id }) => id === place.answers)}
            owed={kind.id === dischargeLetter && from === undefined ? owedIn(rows, place.stay) : undefined}
            onClosed={() => go({})}
            onStored={(id) => go(id === undefined ? {} : { letter: id })}
          />
        ) : (
          <section className="panel" aria-label={say('letters.reading')}>
            <ScrollRegion className="panel-body reading" label={say('letters.reading')}>
              {open === undefined ? (
                state.asOf !== undefined && <Nothing text={say('letters.noneSigned')} />
              ) : (
                <LetterReading
                  key={open.key}
                  row={open}
                  patient={patient}
                  onCorrect={() => write(open)}
                  onAnswer={() => go({ write: 'correspondence', answers: open.key })}
                  onDone={() => go({ letter: open.key })}
                />
              )}
            </ScrollRegion>
          </section>
        )}
      </div>
    </div>
  );
}

/** The Task by which a stay owes its letter. */
const owedIn = (rows: readonly LetterRow[], stay: string | undefined) =>
  rows.find(({ status, encounter }) => status === 'owed' && (stay ?? encounter) === encounter)?.task;

function Row({
  row,
  isOpen,
  onOpen,
}: {
  readonly row: LetterRow;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}) {
  const language = useLanguage();
  const today = useNow();
  return (
    <li>
      <button type="button" aria-current={isOpen ? 'true' : undefined} onClick={onOpen}>
        <span className="letter-row-head">
          <b className={row.status === 'wrong' || row.status === 'replaced' ? 'grow struck' : 'grow'}>
            {row.kind === undefined ? row.title : nameOf(row.kind, language)}
          </b>
          <span className="muted nowrap">{row.status !== 'owed' && showMoment(row.at, language, today)}</span>
        </span>
        <span className="muted">
          {[row.title === row.kind?.danish ? '' : row.title, row.by].filter(Boolean).join(' — ')}
        </span>
        <span className="letter-tags">
          <LetterTags row={row} />
        </span>
      </button>
    </li>
  );
}
