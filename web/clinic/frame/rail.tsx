import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Session } from '../../link/session.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { wardToReturnTo } from './in-hand.ts';

type RailProps = {
  readonly session: Session;
  readonly patient: string | undefined;
  readonly onFind: () => void;
};

export function Rail({ session, patient, onFind }: RailProps) {
  const say = useText();
  const ward = wardToReturnTo(session.ward);
  const search = patient === undefined ? {} : { patient };
  return (
    <nav className="frame-rail" aria-label={say('rail.label')}>
      {ward === undefined ? (
        <Item icon="ward" label={say('rail.ward')} shortcut="F4" link={{ to: '/wards' }} />
      ) : (
        <Item
          icon="ward"
          label={say('rail.ward')}
          shortcut="F4"
          link={{ to: '/ward/$ward', params: { ward }, search }}
        />
      )}
      <button type="button" className="rail-item" onClick={onFind}>
        <Inside icon="search" label={say('rail.search')} shortcut="Ctrl K" />
      </button>
      <Item
        icon="chart"
        label={say('rail.chart')}
        needs={patient}
        exact
        link={{ to: '/patient/$patient', params: { patient: patient ?? '' } }}
      />
      <Item
        icon="medication"
        label={say('rail.medication')}
        shortcut="F8"
        needs={patient}
        link={{ to: '/patient/$patient/medication', params: { patient: patient ?? '' } }}
      />
      <Item
        icon="results"
        label={say('rail.results')}
        shortcut="F9"
        needs={patient}
        link={{ to: '/patient/$patient/results', params: { patient: patient ?? '' } }}
      />
      <Item
        icon="notes"
        label={say('rail.notes')}
        needs={patient}
        link={{ to: '/patient/$patient/notes', params: { patient: patient ?? '' } }}
      />
      <span className="grow" />
      <Item icon="status" label={say('rail.status')} link={{ to: '/status' }} />
    </nav>
  );
}

type ItemProps = {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut?: string;
  readonly link: Pick<LinkProps, 'to' | 'params' | 'search'>;
  /** A patient must be in hand; without one the item says so instead of doing nothing. */
  readonly needs?: string | undefined;
  readonly exact?: boolean;
};

function Item({ icon, label, shortcut, link, exact = false, ...rest }: ItemProps): ReactNode {
  const say = useText();
  const inside = <Inside icon={icon} label={label} shortcut={shortcut} />;
  if ('needs' in rest && rest.needs === undefined) {
    return (
      <span className="rail-item off" title={say('rail.needsPatient')}>
        {inside}
        <Unseen>{say('rail.needsPatient')}</Unseen>
      </span>
    );
  }
  return (
    <Link
      {...link}
      className="rail-item"
      activeOptions={{ exact, includeSearch: false }}
      activeProps={{ className: 'on', 'aria-current': 'page' }}
    >
      {inside}
    </Link>
  );
}

function Inside({
  icon,
  label,
  shortcut,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut: string | undefined;
}) {
  return (
    <>
      <Icon name={icon} />
      <span>{label}</span>
      {shortcut !== undefined && <kbd>{shortcut}</kbd>}
    </>
  );
}
