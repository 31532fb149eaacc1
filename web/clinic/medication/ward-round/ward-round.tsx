import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { scannedCode } from '#fhir/medication/scan.ts';
import danish from '../../../texts/medicine/da.json';
import english from '../../../texts/medicine/en.json';
import { Button } from '../../../parts/button.tsx';
import { useNow } from '../../../parts/clock.ts';
import { showDayAndTime } from '../../../parts/format/date.ts';
import { MoreTexts } from '../../../parts/more-texts.tsx';
import { AsOf, FailedNote, Loaded, Nothing } from '../../../parts/panel.tsx';
import { ScrollRegion } from '../../../parts/scroll-region.tsx';
import { PrintButton, Sheet } from '../../../parts/sheet.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { useLanguage, useText } from '../../../parts/text.tsx';
import { rememberWard } from '../../frame/in-hand.ts';
import { PageTitle } from '../../frame/page-title.tsx';
import { PatientRound } from './patient-round.tsx';
import { RoundList } from './round-list.tsx';
import { useWardRound } from './use-ward-round.ts';
import { inOrder, isDone, nextOf, rowOfBand, settledOf, type RoundRow } from './ward-round-rows.ts';
import './ward-round.css';

export function WardRound() {
  const { ward } = useParams({ from: '/clinic/ward/$ward/round' });
  return (
    <MoreTexts danish={danish} english={english}>
      <OneRound key={ward} ward={ward} />
    </MoreTexts>
  );
}

/** A ward's medicine round: who needs what, by bed, and one patient after the other, each as on the patient's own page. */
function OneRound({ ward }: { readonly ward: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const [began] = useState(today);
  const { patient } = useSearch({ from: '/clinic/ward/$ward/round' });
  const navigate = useNavigate({ from: '/ward/$ward/round' });
  const { name, rows, patients, state, isCut } = useWardRound(ward, began, today);
  const [scanned, setScanned] = useState<string>();
  const [settled, setSettled] = useState<ReadonlySet<string>>();
  rememberWard(ward);
  const isWhole = rows.length > 0 && rows.every(({ known }) => known !== 'waits');
  if (settled === undefined && isWhole) setSettled(settledOf(rows));
  const shown = inOrder(rows, settled ?? new Set());
  const row = rows.find((one) => one.patient === patient);
  // Before it is known who needs something nobody is the next.
  const next = isWhole ? nextOf(rows, patient) : undefined;
  const moved = rows.filter((one) => isDone(one) !== (settled ?? settledOf(rows)).has(one.patient)).length;
  const left = rows.filter((one) => !isDone(one));
  const sum = (of: 'late' | 'due' | 'soon') => rows.reduce((count, one) => count + one[of], 0);

  function open(to: RoundRow | undefined, isScanned = false) {
    if (to === undefined) return;
    setScanned(isScanned ? to.patient : undefined);
    void navigate({ search: { patient: to.patient }, replace: true });
  }
  /** On to another: those who are done sink now, since nobody points at the list. */
  function goOn(step: 1 | -1) {
    const to = nextOf(rows, patient, step);
    if (to === undefined || !isWhole) return;
    setSettled(settledOf(rows));
    open(to);
  }
  function openBand(code: string): boolean {
    const found = rowOfBand(rows, code, patients);
    if (found === undefined || found.patient === patient) return false;
    setSettled(settledOf(rows));
    open(found, true);
    return true;
  }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'PageDown' && event.key !== 'PageUp') return;
      // A dialog is about the patient whom it names: it is closed first.
      if (event.ctrlKey || event.altKey || document.querySelector('[role=dialog]') !== null) return;
      event.preventDefault();
      goOn(event.key === 'PageDown' ? 1 : -1);
    };
    globalThis.addEventListener('keydown', press);
    return () => globalThis.removeEventListener('keydown', press);
  });
  const goesOn =
    next === undefined ? (
      <p>
        {isWhole && left.every((one) => one.patient === patient || one.known === 'closed')
          ? say(row === undefined || isDone(row) ? 'wardRound.over' : 'wardRound.lastOne')
          : say('panel.loading')}
      </p>
    ) : (
      <Button kind="primary" shortcut="PgDn" onPress={() => goOn(1)}>
        {say(patient === undefined ? 'wardRound.begin' : 'wardRound.goOn', {
          who: `${next.bed} ${next.person?.name ?? ''}`,
        })}
      </Button>
    );
  return (
    <Sheet
      heading={`${say('medication.viewRound')} · ${name}`}
      asOf={say('print.boardAsOf', {
        time: state.asOf === undefined ? '–' : showDayAndTime(state.asOf, language),
        printed: showDayAndTime(today, language),
      })}
    >
      <PageTitle
        title={[row?.bed, row?.person?.initials, say('medication.viewRound'), name, say('app.name')]
          .filter((part) => part !== undefined && part !== '')
          .join(' · ')}
        mark={row?.person?.initials}
      />
      <div className="work" data-ready="ward-round">
        <div className="bar">
          <h1>
            {say('medication.viewRound')} <small className="muted">{name}</small>
          </h1>
          {state.asOf !== undefined && isWhole && (
            <span className="muted">{say('wardRound.left', { count: left.length, all: rows.length })}</span>
          )}
          {sum('late') > 0 && <Tag kind="crit">! {say('medication.late', { count: sum('late') })}</Tag>}
          {sum('due') > 0 && <Tag kind="abn">◉ {say('medication.dueNow', { count: sum('due') })}</Tag>}
          {sum('soon') > 0 && (
            <span className="muted">○ {say('wardRound.soon', { count: sum('soon') })}</span>
          )}
          {settled !== undefined && moved > 0 && (
            <Button onPress={() => setSettled(settledOf(rows))}>
              {say('board.sortAgain', { count: moved })}
            </Button>
          )}
          <span className="grow" />
          <AsOf state={state} />
          <PrintButton />
          <Button onPress={() => void navigate({ to: '/ward/$ward', params: { ward }, search: {} })}>
            {say('wardRound.toBoard')}
          </Button>
        </div>
        <div className="ward-round">
          <section className={`panel ${state.failed ? 'failed' : ''}`} aria-label={name}>
            <FailedNote state={state} />
            {isCut && (
              <output className="panel-note">
                <span className="tag stale">{say('board.partialUnknown')}</span>
              </output>
            )}
            <ScrollRegion label={say('medication.viewRound')}>
              <Loaded state={state}>
                {rows.length === 0 ? (
                  <Nothing text={say('wardRound.nobody')} />
                ) : (
                  <RoundList rows={shown} settled={settled ?? new Set()} chosen={patient} onChoose={open} />
                )}
              </Loaded>
            </ScrollRegion>
          </section>
          {patient === undefined ? (
            <Begin onBand={openBand}>{rows.length > 0 && goesOn}</Begin>
          ) : (
            <PatientRound key={patient} patient={patient} isSure={scanned === patient} onOther={openBand}>
              {goesOn}
            </PatientRound>
          )}
        </div>
      </div>
    </Sheet>
  );
}

/** Before the first bed: the first wristband opens its patient, or a press the first who needs something. */
function Begin({
  onBand,
  children,
}: {
  readonly onBand: (code: string) => boolean;
  readonly children: ReactNode;
}) {
  const say = useText();
  const [text, setText] = useState('');
  const [isUnknown, setUnknown] = useState(false);
  return (
    <section className="panel ward-round-begin no-print" aria-label={say('wardRound.where')}>
      <div className="panel-body">
        <form
          className="scan"
          onSubmit={(event) => {
            event.preventDefault();
            const code = scannedCode(text);
            setText('');
            setUnknown(code !== '' && !onBand(code));
          }}
        >
          <label className="field">
            <span>{say('wardRound.scanBand')}</span>
            <input
              className="input"
              // It stands there because the reader types into it.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              autoComplete="off"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
        </form>
        <div role="alert">{isUnknown && <p className="error stop">{say('wardRound.notHere')}</p>}</div>
        <p className="muted">{say('wardRound.how')}</p>
        <div className="ward-round-on">{children}</div>
      </div>
    </section>
  );
}
