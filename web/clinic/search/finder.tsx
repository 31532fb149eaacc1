/* oxlint-disable jsx-a11y/no-autofocus, jsx-a11y/no-noninteractive-element-to-interactive-role, jsx-a11y/prefer-tag-over-role -- the combobox pattern of the ARIA practices; no element of HTML does it */
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent } from 'react';
import { useNow } from '../../parts/clock.ts';
import { showDate } from '../../parts/format/date.ts';
import { Sign } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { ageShort, sexSign, showCpr } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import type { SearchInput } from '../record/search-input.ts';
import { sexTexts } from '../record/texts.ts';
import { OpenByNumber } from '../glass/open-by-number.tsx';
import { useFinder, type FoundPatient } from './use-finder.ts';

const kindTexts = {
  nothing: 'search.hint',
  cpr: 'search.byCpr',
  birthDate: 'search.byBirthDate',
  bed: 'search.byBed',
  name: 'search.byName',
} as const satisfies Record<SearchInput['kind'], TextKey>;

export type Command = {
  readonly key: string;
  readonly label: string;
  readonly shortcut?: string;
  readonly run: () => void;
};

type FinderProps = {
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly commands?: readonly Command[];
  readonly onChosen?: () => void;
  /** What is done with a patient; without it the chart is opened. */
  readonly onPatient?: (found: FoundPatient) => void;
};

type Option =
  /** A number that finds nobody may be a protected person's. */
  | { readonly kind: 'guarded'; readonly cpr: string }
  | { readonly kind: 'patient'; readonly found: FoundPatient }
  | { readonly kind: 'command'; readonly command: Command };

/** One box: name, CPR with or without hyphen, birth date, bed. Nothing is completed and nobody is chosen beforehand by
 *  typing alone: Enter opens the marked row, and the mark is visible. */
export function Finder({ typed, onType, commands = [], onChosen, onPatient }: FinderProps) {
  const say = useText();
  const navigate = useNavigate();
  const id = useId();
  const finder = useFinder(typed);
  const [marked, setMarked] = useState(0);
  const rights = currentRights();
  const [guarded, setGuarded] = useState<string>();
  const isNobody = finder.state === 'found' && finder.total === 0;
  const wanted = typed.trim().toLowerCase();
  const matching =
    wanted === ''
      ? commands
      : commands.filter((command) =>
          command.label
            .toLowerCase()
            .split(/\s+/)
            .some((word) => word.startsWith(wanted)),
        );
  const options: readonly Option[] = [
    ...(isNobody && finder.input.kind === 'cpr' && rights.givesReasons
      ? [{ kind: 'guarded' as const, cpr: finder.input.digits }]
      : []),
    ...finder.patients.map((found) => ({ kind: 'patient' as const, found })),
    ...matching.map((command) => ({ kind: 'command' as const, command })),
  ];
  const at = Math.min(marked, options.length - 1);

  function choose(option: Option | undefined) {
    if (option === undefined) return;
    if (option.kind === 'guarded') return setGuarded(option.cpr);
    onChosen?.();
    if (option.kind === 'command') option.command.run();
    else if (onPatient !== undefined) onPatient(option.found);
    else void navigate({ to: '/patient/$patient', params: { patient: option.found.person.id } });
  }

  function press(event: KeyboardEvent) {
    if (event.key === 'ArrowDown') setMarked(Math.min(at + 1, options.length - 1));
    else if (event.key === 'ArrowUp') setMarked(Math.max(at - 1, 0));
    // While the answer is on its way, Enter opens nobody.
    else if (event.key === 'Enter' && finder.state !== 'searching') choose(options[at]);
    else return;
    event.preventDefault();
  }

  if (guarded !== undefined)
    return (
      <OpenByNumber
        cpr={guarded}
        onBack={() => setGuarded(undefined)}
        onOpened={(patient) => {
          onChosen?.();
          void navigate({ to: '/patient/$patient', params: { patient } });
        }}
      />
    );
  return (
    <div className="finder">
      <input
        className="input finder-input"
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={options.length > 0 ? `${id}-${at}` : undefined}
        aria-label={say('search.label')}
        placeholder={say('search.label')}
        autoComplete="off"
        spellCheck={false}
        // The box is opened in order to type in it.
        autoFocus
        value={typed}
        onChange={(event) => {
          setMarked(0);
          onType(event.target.value);
        }}
        onKeyDown={press}
      />
      <output className="muted finder-state">
        {finder.state === 'searching' && say('search.searching')}
        {finder.state === 'nothing' && say(rights.finds ? kindTexts.nothing : 'search.notForRole')}
        {finder.state === 'failed' && <span className="tag stale">{say('panel.failed')}</span>}
        {finder.state === 'found' &&
          `${say(kindTexts[finder.input.kind])} · ${isNobody ? say(noneTexts(finder.input.kind, rights.givesReasons)) : say('search.shown', { shown: finder.patients.length, total: finder.total })}`}
      </output>
      <ul id={`${id}-list`} role="listbox" aria-label={say('search.label')} className="finder-list">
        {options.map((option, index) => (
          <li
            key={keyOf(option)}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseMove={() => index !== at && setMarked(index)}
            onClick={() => choose(option)}
            onKeyDown={() => undefined}
          >
            {option.kind === 'patient' ? (
              <PatientOption found={option.found} />
            ) : option.kind === 'guarded' ? (
              <span className="grow">→ {say('search.guarded')}</span>
            ) : (
              <CommandOption command={option.command} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function keyOf(option: Option): string {
  if (option.kind === 'guarded') return option.kind;
  return option.kind === 'patient' ? option.found.person.id : option.command.key;
}

function noneTexts(kind: SearchInput['kind'], givesReasons: boolean): TextKey {
  // Stays are found among those that are open to the user: somebody else may lie in the bed.
  if (kind === 'bed') return 'search.noneYours';
  return kind === 'cpr' && !givesReasons ? 'search.noneOrGuarded' : 'search.none';
}

function PatientOption({ found: { person, stay } }: { readonly found: FoundPatient }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  return (
    <>
      <b className="grow">{person.name}</b>
      <span className="nowrap">
        {ageShort(person, today, say)} <Sign sign={sexSign[person.sex]} meaning={say(sexTexts[person.sex])} />
      </span>
      <span className="finder-cpr">
        {person.cpr === undefined ? showDate(person.birthDate, language) : showCpr(person.cpr)}
      </span>
      <span className="muted finder-place">
        {stay === undefined
          ? ''
          : stay.status === 'planned'
            ? say('board.expected')
            : [stay.bed?.name, stay.ward?.name].filter(Boolean).join(' · ')}
      </span>
    </>
  );
}

function CommandOption({ command }: { readonly command: Command }) {
  return (
    <>
      <span className="grow">→ {command.label}</span>
      {command.shortcut !== undefined && <kbd>{command.shortcut}</kbd>}
    </>
  );
}
