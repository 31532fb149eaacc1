import { openWithReason, type Access } from '../../link/access.ts';
import { useDraft } from '../../link/drafts.ts';
import { keys, markOpened, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useText, type TextKey } from '../../parts/text.tsx';
import type { Person } from '../record/person.ts';
import { roleText } from '../record/role.ts';
import { ReasonField } from './reason-field.tsx';

const titles = {
  none: 'glass.titleNone',
  name: 'glass.titleName',
  stay: 'glass.titleStay',
} as const satisfies Record<Closed, TextKey>;
const whys = {
  none: 'glass.whyNone',
  name: 'glass.whyName',
  stay: 'glass.whyStay',
} as const satisfies Record<Closed, TextKey>;
type Closed = Exclude<Access['depth'], 'chart'>;
type ClosedAccess = Access & { readonly depth: Closed };

export function isClosed(access: Access): access is ClosedAccess {
  return access.depth !== 'chart';
}

type AskingProps = {
  readonly patient: string;
  readonly access: ClosedAccess;
  readonly person: Person | undefined;
  /** The reason by which it was open on this page a moment ago. */
  readonly before: string | undefined;
};

/** In place of the panels while the record is not open: why not, and what opens it. Never an empty chart. */
export function Asking({ patient, access, person, before }: AskingProps) {
  const say = useText();
  const session = queries.getQueryData<Session | null>(keys.session);
  const draft = useDraft(session?.user ?? '', patient);
  const { depth, mayGiveReason, hoursGiven } = access;
  const name =
    person === undefined ? say('glass.thePatient') : [person.given, person.family].join(' ').trim();
  const role = roleText(session?.role ?? '');
  return (
    <section className="asking" aria-label={say('glass.label')} data-ready="asking">
      <h2>{say(titles[depth], { name })}</h2>
      {before !== undefined && <p className="asking-note">{say('glass.closedAgain')}</p>}
      <p>
        {say(whys[depth])} {mayGiveReason && say('glass.writeWhy', { hours: hoursGiven })}
      </p>
      {draft !== undefined && <p className="asking-note">{say('glass.draftKept')}</p>}
      {mayGiveReason ? (
        <>
          <ReasonField
            key={depth}
            depth={depth}
            initial={before}
            missing={say('patient.missing')}
            onGive={async (reason) => {
              const { minutesLeft } = await openWithReason(patient, reason);
              markOpened(patient, { reason, minutesLeft });
            }}
          />
          <p className="muted">{say('glass.terms')}</p>
        </>
      ) : (
        <p className="asking-note">
          {say('glass.mayNot', { role: role === undefined ? (session?.role ?? '') : say(role) })}{' '}
          {say('glass.askWhom')}
        </p>
      )}
    </section>
  );
}
