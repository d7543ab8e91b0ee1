import '@cloudscape-design/global-styles/index.css';
import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProvider } from './api/api-context.tsx';
import { connectApi } from './api/client.ts';
import { createQueryClient } from './api/polling.ts';
import { ColorModeProvider } from './shell/color-mode.tsx';
import { openSession } from './shell/session.ts';
import { Shell } from './shell/shell.tsx';
import { Unopened } from './shell/unopened.tsx';

const token = openSession();
const element = document.querySelector('#page');
if (element) {
  createRoot(element).render(
    <StrictMode>
      <ColorModeProvider>
        {token === null ? (
          <Unopened />
        ) : (
          <ApiProvider api={connectApi(token)}>
            <QueryClientProvider client={createQueryClient()}>
              <Shell />
            </QueryClientProvider>
          </ApiProvider>
        )}
      </ColorModeProvider>
    </StrictMode>,
  );
}
