import { Menu } from '@mantine/core';
import { useState } from 'react';
import { launchApp, useApps } from '../../link/apps.ts';
import { useText } from '../../parts/text.tsx';

/** Starts another program for this patient, in a tab of its own. Nothing stands here while there is none to start. */
export function AppsMenu({ patient }: { readonly patient: string }) {
  const say = useText();
  const apps = useApps();
  const [failed, setFailed] = useState(false);
  if (apps.data === undefined || apps.data.length === 0) return null;
  async function start(app: string) {
    setFailed(false);
    // Opened by the press itself: a window that opens later is taken for an advertisement, and is not opened.
    const tab = window.open('about:blank', '_blank');
    try {
      const to = await launchApp(app, patient);
      if (tab === null) location.assign(to);
      else {
        tab.opener = null;
        tab.location.replace(to);
      }
    } catch {
      tab?.close();
      setFailed(true);
    }
  }
  return (
    <>
      {failed && (
        <span className="error" role="alert">
          {say('apps.failed')}
        </span>
      )}
      <Menu position="bottom-end" withinPortal transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <button type="button" className="button">
            {say('apps.label')} <span aria-hidden="true">▾</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {apps.data.map(({ id, name }) => (
            <Menu.Item key={id} onClick={() => void start(id)}>
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
