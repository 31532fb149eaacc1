import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { lock, logOut, type Session } from '../../link/session.ts';
import { changeSettings, useSettings, type Density } from '../../parts/settings.ts';
import { useText, type TextKey } from '../../parts/text.tsx';
import { SwitchUser } from '../log-in/switch-user.tsx';
import { usePlaceName } from './places.ts';

const densities: readonly { readonly value: Density; readonly text: TextKey }[] = [
  { value: 'tight', text: 'menu.densityTight' },
  { value: 'normal', text: 'menu.densityNormal' },
  { value: 'touch', text: 'menu.densityTouch' },
];

export function UserMenu({ session }: { readonly session: Session }) {
  const say = useText();
  const navigate = useNavigate();
  const settings = useSettings();
  const [switching, setSwitching] = useState(false);
  const ward = usePlaceName(session.ward?.replace('Location/', ''));
  const about = [session.name, session.role].filter((part) => part !== '').join(', ');
  return (
    <>
      <Menu position="bottom-end" width={230} withinPortal>
        <Menu.Target>
          <button type="button" className="chip who" aria-label={say('menu.label', { user: about })}>
            {about}
            {ward !== undefined && ` · ${ward}`} <span aria-hidden="true">▾</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setSwitching(true)}>{say('menu.switchUser')}</Menu.Item>
          <Menu.Item onClick={() => void lock()}>{say('menu.lock')}</Menu.Item>
          <Menu.Item onClick={() => void logOut()}>{say('menu.logOut')}</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: '/wards' })}>{say('menu.otherWard')}</Menu.Item>
          <Menu.Divider />
          <Menu.Label>{say('menu.language')}</Menu.Label>
          <Choice
            on={settings.language === 'da'}
            label="Dansk"
            onChoose={() => changeSettings({ language: 'da' })}
          />
          <Choice
            on={settings.language === 'en'}
            label="English"
            onChoose={() => changeSettings({ language: 'en' })}
          />
          <Menu.Label>{say('menu.density')}</Menu.Label>
          {densities.map(({ value, text }) => (
            <Choice
              key={value}
              on={settings.density === value}
              label={say(text)}
              onChoose={() => changeSettings({ density: value })}
            />
          ))}
          <Menu.Label>{say('menu.theme')}</Menu.Label>
          <Choice
            on={settings.theme === 'light'}
            label={say('menu.themeLight')}
            onChoose={() => changeSettings({ theme: 'light' })}
          />
          <Choice
            on={settings.theme === 'dark'}
            label={say('menu.themeDark')}
            onChoose={() => changeSettings({ theme: 'dark' })}
          />
        </Menu.Dropdown>
      </Menu>
      {switching && <SwitchUser onClose={() => setSwitching(false)} />}
    </>
  );
}

function Choice({
  on,
  label,
  onChoose,
}: {
  readonly on: boolean;
  readonly label: string;
  readonly onChoose: () => void;
}) {
  return (
    <Menu.Item
      role="menuitemradio"
      aria-checked={on}
      leftSection={<span className="choice-tick">{on ? '•' : ''}</span>}
      closeMenuOnClick={false}
      onClick={onChoose}
    >
      {label}
    </Menu.Item>
  );
}
