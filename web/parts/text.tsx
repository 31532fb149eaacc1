import { useCallback, useMemo, type ReactNode } from 'react';
import { createIntl, createIntlCache, RawIntlProvider, useIntl } from 'react-intl';
import { useQuery } from '@tanstack/react-query';
import danish from '../texts/da.json';
import type birth from '../texts/birth/da.json';
import type care from '../texts/care/da.json';
import type fmk from '../texts/fmk/da.json';
import type medicine from '../texts/medicine/da.json';
import type surgery from '../texts/surgery/da.json';
import { useSettings, type Language } from './settings.ts';

// Danish is the source and is always in the first load; English comes when someone asks for it.

export type TextKey =
  | keyof typeof danish
  | keyof typeof birth
  | keyof typeof care
  | keyof typeof fmk
  | keyof typeof medicine
  | keyof typeof surgery;
type TextValues = Readonly<Record<string, string | number>>;
export type Say = (key: TextKey, values?: TextValues) => string;

const cache = createIntlCache();

export function TextProvider({ children }: { readonly children: ReactNode }) {
  const { language } = useSettings();
  const english = useQuery({
    queryKey: ['texts', 'en'],
    queryFn: async () => (await import('../texts/en.json')).default as Record<keyof typeof danish, string>,
    enabled: language === 'en',
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const messages = language === 'en' ? english.data : danish;
  const intl = useMemo(
    () => createIntl({ locale: language, messages: messages ?? danish }, cache),
    [language, messages],
  );
  if (messages === undefined && !english.isError) return null;
  return <RawIntlProvider value={intl}>{children}</RawIntlProvider>;
}

export function useText(): Say {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
}

export function useLanguage(): Language {
  return useSettings().language;
}
