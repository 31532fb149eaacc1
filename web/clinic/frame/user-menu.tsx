import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { lock, logOut, type Session } from '../../link/session.ts';
import { changeSettings, useSettings, type Density } from '../../parts/settings.ts';
import { Unseen } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { SwitchUser } from '../log-in/switch-user.tsx';
import { page } from './page.tsx';
import { roleText } from '../record/role.ts';
import { usePlaceName } from './places.ts';

const MyLogIn = page(() => import('../log-in/my-log-in.tsx'), 'MyLogIn');

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
  const [showsLogIn, setShowsLogIn] = useState(false);
  const ward = usePlaceName(session.ward?.replace('Location/', ''));
  const role = roleText(session.role);
  const about = [session.name, role === undefined ? session.role : say(role)]
    .filter((part) => part !== '')
    .join(', ');
  return (
    <>
      <Menu
        position="bottom-end"
        width={230}
        withinPortal
        withInitialFocusPlaceholder={false}
        transitionProps={{ duration: 0 }}
        // What the menu half covers is neither hit nor reached by Tab while it is open.
        onChange={(opened) => document.getElementById('work')?.toggleAttribute('inert', opened)}
      >
        <Menu.Target>
          <button type="button" className="chip who">
            <Unseen>{say('menu.label')} </Unseen>
            {about}
            {ward !== undefined && ` · ${ward}`} <span aria-hidden="true">▾</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setSwitching(true)}>{say('menu.switchUser')}</Menu.Item>
          <Menu.Item onClick={() => void lock()}>{say('menu.lock')}</Menu.Item>
          <Menu.Item onClick={() => void logOut().finally(() => void navigate({ to: '/' }))}>
            {say('menu.logOut')}
          </Menu.Item>
          <Menu.Item onClick={() => setShowsLogIn(true)}>{say('own.title')}</Menu.Item>
          {session.role === 'pharmacist' && (
            <Menu.Item onClick={() => void navigate({ to: '/overrides' })}>{say('menu.overrides')}</Menu.Item>
          )}
          <Menu.Item onClick={() => void navigate({ to: '/wards' })}>{say('menu.otherWard')}</Menu.Item>
          <Menu.Divider />
          <Menu.Label>{say('menu.language')}</Menu.Label>
          <Menu.RadioGroup
            value={settings.language}
            onChange={(language) => changeSettings({ language: language === 'en' ? 'en' : 'da' })}
          >
            <Menu.RadioItem value="da">Dansk</Menu.RadioItem>
            <Menu.RadioItem value="en">English</Menu.RadioItem>
          </Menu.RadioGroup>
          <Menu.Label>{say('menu.density')}</Menu.Label>
          <Menu.RadioGroup
            value={settings.density}
            onChange={(value) =>
              changeSettings({ density: densities.find((each) => each.value === value)?.value ?? 'tight' })
            }
          >
            {densities.map(({ value, text }) => (
              <Menu.RadioItem key={value} value={value}>
                {say(text)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Label>{say('menu.theme')}</Menu.Label>
          <Menu.RadioGroup
            value={settings.theme}
            onChange={(theme) => changeSettings({ theme: theme === 'dark' ? 'dark' : 'light' })}
          >
            <Menu.RadioItem value="light">{say('menu.themeLight')}</Menu.RadioItem>
            <Menu.RadioItem value="dark">{say('menu.themeDark')}</Menu.RadioItem>
          </Menu.RadioGroup>
        </Menu.Dropdown>
      </Menu>
      {showsLogIn && <MyLogIn onClose={() => setShowsLogIn(false)} />}
      {switching && <SwitchUser user={session.user} onClose={() => setSwitching(false)} />}
    </>
  );
}
