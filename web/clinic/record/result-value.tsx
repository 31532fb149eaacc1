import type { Observation } from '@medplum/fhirtypes';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { NewMark } from './new-mark.tsx';
import { isCorrected, isCritical, markOf, markSign, valueText } from './results.ts';
import { markTexts } from './texts.ts';

type ResultValueProps = {
  readonly observation: Observation;
  readonly fresh: boolean;
  readonly quiet?: boolean;
  readonly withUnit?: boolean;
};

/** A value with all that must be said with it: new, high or low, preliminary, corrected. */
export function ResultValue({ observation, fresh, quiet = false, withUnit = false }: ResultValueProps) {
  const say = useText();
  const language = useLanguage();
  const mark = markOf(observation);
  const words = valueText(observation, language, withUnit);
  const isNumber = observation.valueQuantity !== undefined || observation.component !== undefined;
  const text = isNumber ? <span className="nowrap">{words}</span> : words;
  const marked =
    mark === undefined ? (
      text
    ) : (
      <Tag kind={quiet ? 'plain' : isCritical(mark) ? 'crit' : 'abn'}>
        {text} <Sign sign={markSign[mark]} meaning={say(markTexts[mark])} />
      </Tag>
    );
  return (
    <>
      <NewMark on={fresh} /> {marked}
      {observation.status === 'preliminary' && <small className="muted"> {say('results.preliminary')}</small>}
      {isCorrected(observation) && <small className="abn-words"> {say('results.corrected')}</small>}
    </>
  );
}
