import '@fontsource/ibm-plex-sans/latin-400.css';
import '@fontsource/ibm-plex-sans/latin-500.css';
import '@fontsource/ibm-plex-sans/latin-600.css';
import '@fontsource/ibm-plex-sans/latin-ext-400.css';
import '@fontsource/ibm-plex-sans/latin-ext-500.css';
import '@fontsource/ibm-plex-sans/latin-ext-600.css';
import './parts/css/mantine.css';
import './parts/css/tokens.css';
import './parts/css/base.css';
import './clinic/clinic.css';
import './parts/css/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './clinic/app.tsx';
import { showSettings } from './parts/settings.ts';

const place = document.querySelector('#root');
if (place === null) throw new Error('The page has no place for the clinic.');
showSettings();
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
