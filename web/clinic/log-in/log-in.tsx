import { changeSettings, useSettings } from '../../parts/settings.ts';
import { useText } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { StatusLine } from '../status/status-line.tsx';
import { Entrance } from './entrance.tsx';

/** The first page of the day. The address stays, so that a link to a patient leads there after the log-in. */
export function LogIn() {
  const say = useText();
  const { language } = useSettings();
  return (
    <div className="log-in">
      <PageTitle title={say('logIn.title')} />
      <aside>
        <svg viewBox="0 0 120 120" aria-hidden="true" className="emblem">
          <path d="M60 26v76M26 66c0 22 16 36 34 36s34-14 34-36M42 46h36M26 66l-8 10M94 66l8 10" />
          <circle cx="60" cy="18" r="8" />
        </svg>
        <p className="word">{say('app.name')}</p>
        <p>{say('logIn.motto')}</p>
      </aside>
      <main>
        <div className="entrance">
          <Entrance heading={say('logIn.title')}>
            <p className="muted">{say('logIn.personal')}</p>
          </Entrance>
        </div>
        <footer>
          <StatusLine />
          <button
            type="button"
            className="button plain"
            lang={language === 'da' ? 'en' : 'da'}
            onClick={() => changeSettings({ language: language === 'da' ? 'en' : 'da' })}
          >
            {language === 'da' ? 'English' : 'Dansk'}
          </button>
        </footer>
      </main>
    </div>
  );
}
