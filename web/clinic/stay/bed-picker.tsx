import type { Location, Reference } from '@medplum/fhirtypes';
import { useMemo } from 'react';
import type { Whereto } from '#fhir/stay.ts';
import { usePlaces, useWardBeds, useWardStays } from '../../link/queries.ts';
import { Sign, Unseen } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { ofType } from '../record/coding.ts';
import { personOf } from '../record/person.ts';
import { stayOf } from '../record/stay.ts';
import { wardsOf } from '../frame/places.ts';

type BedPickerProps = {
  readonly ward: string;
  readonly onWard: (ward: string) => void;
  /** `Location/…` of where the patient is, or is to come: that bed is marked and stands first. */
  readonly own?: string | undefined;
  /** Nothing can be chosen while an act is under way. */
  readonly busy: boolean;
  readonly onPick: (to: Whereto, name: string) => void;
};

/** A ward and its beds: one press chooses. What cannot be chosen is shown, and says why. */
export function BedPicker({ ward, onWard, own, busy, onPick }: BedPickerProps) {
  const say = useText();
  const places = usePlaces();
  const wards = useMemo(() => wardsOf(ofType(places.data?.resources, 'Location')), [places.data]);
  const bedsAnswer = useWardBeds(ward);
  const staysAnswer = useWardStays(ward);
  const names = useMemo(
    () =>
      new Map(
        ofType(staysAnswer.data?.included, 'Patient')
          .map(personOf)
          .map(({ id, name }) => [id, name]),
      ),
    [staysAnswer.data],
  );
  const beds = useMemo(
    () => ofType(bedsAnswer.data?.resources, 'Location').toSorted(inOrder(own)),
    [bedsAnswer.data, own],
  );
  const lying = useMemo(
    () =>
      new Map(
        ofType(staysAnswer.data?.resources, 'Encounter')
          .map(stayOf)
          .filter(({ status }) => status === 'here' || status === 'leave')
          .map((stay) => [stay.bed?.id, stay.patient]),
      ),
    [staysAnswer.data],
  );
  const wardName = wards.find(({ id }) => id === ward)?.name ?? '';
  const wardPlace: Reference<Location> = { reference: `Location/${ward}`, display: wardName };
  return (
    <div className="bed-picker">
      <label className="field">
        <span>{say('stay.ward')}</span>
        <select className="input" value={ward} onChange={(event) => onWard(event.target.value)}>
          {wards.map(({ id, name, site }) => (
            <option key={id} value={id}>
              {site} · {name}
            </option>
          ))}
        </select>
      </label>
      {bedsAnswer.isError && <p className="error">{say('stay.bedsUnknown')}</p>}
      <ul className="beds" aria-label={say('stay.beds', { ward: wardName })}>
        {beds.map((bed, index) => (
          <li key={bed.id}>
            <BedChoice
              bed={bed}
              holder={lying.has(bed.id) ? (names.get(lying.get(bed.id) ?? '') ?? '') : undefined}
              isOwn={own === `Location/${bed.id ?? ''}`}
              isFirst={index === 0}
              busy={busy}
              onPick={() =>
                onPick(
                  {
                    ward: wardPlace,
                    bed: { reference: `Location/${bed.id ?? ''}`, ...(bed.name && { display: bed.name }) },
                  },
                  `${wardName} ${bed.name ?? ''}`,
                )
              }
            />
          </li>
        ))}
        <li>
          <button
            type="button"
            className="bed"
            aria-disabled={busy || undefined}
            onClick={() => !busy && onPick({ ward: wardPlace }, wardName)}
          >
            <b>{say('stay.noBed')}</b>
            <span>{say('stay.noBedMeaning')}</span>
          </button>
        </li>
      </ul>
    </div>
  );
}

type BedChoiceProps = {
  readonly bed: Location;
  /** Who lies there; empty when it is not to be seen who. */
  readonly holder: string | undefined;
  readonly isOwn: boolean;
  readonly isFirst: boolean;
  readonly busy: boolean;
  readonly onPick: () => void;
};

function BedChoice({ bed, holder, isOwn, isFirst, busy, onPick }: BedChoiceProps) {
  const say = useText();
  const status = bed.operationalStatus?.code;
  const closed = status === 'C' || bed.status === 'suspended';
  const taken = holder !== undefined || status === 'O';
  const whyNot = closed
    ? say('bed.closed')
    : taken
      ? holder === undefined || holder === ''
        ? say('board.unseen')
        : holder
      : undefined;
  return (
    <button
      type="button"
      data-autofocus={isFirst || undefined}
      className={`bed ${whyNot === undefined ? '' : 'off'} ${isOwn ? 'own' : ''}`}
      aria-disabled={busy || whyNot !== undefined || undefined}
      onClick={() => !busy && whyNot === undefined && onPick()}
    >
      <b>{bed.name}</b>
      {whyNot !== undefined && <span>{whyNot}</span>}
      {whyNot === undefined && status === 'K' && (
        <span className="abn-words">
          <Sign sign="▲" meaning={say('stay.careful')} /> {say('bed.cleaning')}
        </span>
      )}
      {whyNot === undefined && status !== 'K' && <span>{say('bed.free')}</span>}
      {isOwn && <span>{say('stay.reserved')}</span>}
      {whyNot !== undefined && <Unseen>{say('stay.notChosen')}</Unseen>}
    </button>
  );
}

/** The reserved bed, then the free ones, then the others; each in the order of the ward. */
function inOrder(own: string | undefined): (a: Location, b: Location) => number {
  const rank = (bed: Location) =>
    own === `Location/${bed.id ?? ''}`
      ? 0
      : bed.operationalStatus?.code === 'U'
        ? 1
        : bed.operationalStatus?.code === 'K'
          ? 2
          : 3;
  return (a, b) => rank(a) - rank(b) || (a.name ?? '').localeCompare(b.name ?? '', 'da', { numeric: true });
}
