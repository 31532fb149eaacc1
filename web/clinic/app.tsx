import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { followPrints } from '../link/prints.ts';
import { followOtherTabs, followSessionFaults } from '../link/session.ts';
import { queries } from '../link/queries.ts';
import { useSettings } from '../parts/settings.ts';
import { TextProvider } from '../parts/text.tsx';
import { router } from './routes.tsx';

followSessionFaults();
followPrints();
followOtherTabs();

export function App() {
  const { theme } = useSettings();
  return (
    <QueryClientProvider client={queries}>
      <TextProvider>
        <MantineProvider forceColorScheme={theme} withGlobalClasses={false} withStaticClasses>
          <RouterProvider router={router} />
        </MantineProvider>
      </TextProvider>
    </QueryClientProvider>
  );
}
