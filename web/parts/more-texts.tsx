import { useMemo, type ReactNode } from 'react';
import { createIntl, createIntlCache, RawIntlProvider, useIntl } from 'react-intl';
import { useSettings } from './settings.ts';

const cache = createIntlCache();

type Texts = Readonly<Record<string, string>>;

/** Texts of a page that come with it, so that the first load need not carry them. */
export function MoreTexts({
  danish,
  english,
  children,
}: {
  readonly danish: Texts;
  readonly english: Texts;
  readonly children: ReactNode;
}) {
  const { language } = useSettings();
  const { messages } = useIntl();
  const intl = useMemo(
    () =>
      createIntl(
        { locale: language, messages: { ...messages, ...(language === 'en' ? english : danish) } as Texts },
        cache,
      ),
    [language, messages, danish, english],
  );
  return <RawIntlProvider value={intl}>{children}</RawIntlProvider>;
}
