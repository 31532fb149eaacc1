import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { isFault, type LinkFault } from '../../link/fault.ts';
import { unmerge } from '../../link/merge.ts';
import { queries } from '../../link/queries.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { RefusedBecause } from '../record/act-note.tsx';
import { currentRights } from '../record/role.ts';

/** Over a record that was merged into another: where the patient's record is, and the way back, in two steps. */
export function MergedStrip({ patient, into }: { readonly patient: string; readonly into: string }) {
  const say = useText();
  const [isAsked, setIsAsked] = useState(false);
  const [isUnderway, setIsUnderway] = useState(false);
  const [fault, setFault] = useState<LinkFault>();
  const whyNot = currentRights().admits
    ? isUnderway
      ? say('act.underway')
      : undefined
    : say('merge.notForRole');

  async function run() {
    setIsUnderway(true);
    try {
      await unmerge(patient);
      await queries.invalidateQueries();
    } catch (error) {
      if (!isFault(error)) throw error;
      setFault(error);
    } finally {
      setIsUnderway(false);
    }
  }

  return (
    <section className="open-strip soon" aria-label={say('merge.title')}>
      <b>{say('merge.isMerged')}</b>
      <Link to="/patient/$patient" params={{ patient: into }}>
        {say('merge.goThere')}
      </Link>
      <span className="grow" />
      {isAsked ? (
        <>
          <span>{say('merge.apartMeaning')}</span>
          <Button kind="primary" disabledBecause={whyNot} onPress={() => void run()}>
            {say('merge.apartNow')}
          </Button>
          <Button kind="plain" onPress={() => setIsAsked(false)}>
            {say('stay.notDead')}
          </Button>
        </>
      ) : (
        <Button kind="plain" disabledBecause={whyNot} onPress={() => setIsAsked(true)}>
          {say('merge.apart')}
        </Button>
      )}
      {fault !== undefined && <RefusedBecause fault={fault} />}
    </section>
  );
}
