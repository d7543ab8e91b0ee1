import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiProvider } from '../api/api-context.tsx';
import { connectApi } from '../api/client.ts';
import { createQueryClient } from '../api/polling.ts';
import { ColorModeProvider } from './color-mode.tsx';
import { answerOtherTabs, askOtherTabs, followAddress, openSession } from './session.ts';
import { Shell } from './shell.tsx';
import { Unopened } from './unopened.tsx';

/** The console, or the page of a tab without a token. */
export function Root() {
  const [token, setToken] = useState(openSession);
  useEffect(() => followAddress(setToken), []);
  useEffect(() => (token === null ? askOtherTabs(setToken) : undefined), [token]);
  return (
    <ColorModeProvider>
      {token === null ? <Unopened /> : <Opened key={token} token={token} />}
    </ColorModeProvider>
  );
}

function Opened({ token }: { token: string }) {
  const [api] = useState(() => connectApi(token));
  const [client] = useState(createQueryClient);
  useEffect(() => answerOtherTabs(token), [token]);
  return (
    <ApiProvider api={api}>
      <QueryClientProvider client={client}>
        <Shell />
      </QueryClientProvider>
    </ApiProvider>
  );
}
