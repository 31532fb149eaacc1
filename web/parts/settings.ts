import { useSyncExternalStore } from 'react';

// What a person sets for this browser: language, density, theme. Nothing clinical lives here.

const choices = {
  language: ['da', 'en'],
  density: ['tight', 'normal', 'touch'],
  theme: ['light', 'dark'],
  /** How people are called on a screen on the wall. */
  wall: ['initials', 'first', 'bed'],
} as const;

export type Language = (typeof choices.language)[number];
export type Density = (typeof choices.density)[number];
type Theme = (typeof choices.theme)[number];
export type WallNames = (typeof choices.wall)[number];
export type Settings = {
  readonly language: Language;
  readonly density: Density;
  readonly theme: Theme;
  readonly wall: WallNames;
};

const storageName = 'holdfast.settings';
const followers = new Set<() => void>();
let current = read();

function readSettings(): Settings {
  return current;
}

export function changeSettings(change: Partial<Settings>): void {
  current = { ...current, ...change };
  localStorage.setItem(storageName, JSON.stringify(current));
  showSettings();
  for (const follower of followers) follower();
}

/** Puts the settings on the document, where the style sheets look for them. */
export function showSettings(): void {
  const root = document.documentElement;
  root.lang = current.language;
  root.dataset['theme'] = current.theme;
  root.dataset['density'] = current.density;
}

export function useSettings(): Settings {
  return useSyncExternalStore(follow, readSettings);
}

function follow(follower: () => void): () => void {
  followers.add(follower);
  return () => followers.delete(follower);
}

function read(): Settings {
  let stored: Partial<Record<keyof Settings, unknown>> = {};
  try {
    stored = JSON.parse(localStorage.getItem(storageName) ?? '{}') as typeof stored;
  } catch {
    // A broken setting is no reason not to open a chart: the defaults do.
  }
  return {
    language: choices.language.find((choice) => choice === stored.language) ?? 'da',
    density: choices.density.find((choice) => choice === stored.density) ?? 'tight',
    theme: choices.theme.find((choice) => choice === stored.theme) ?? 'light',
    wall: choices.wall.find((choice) => choice === stored.wall) ?? 'initials',
  };
}
