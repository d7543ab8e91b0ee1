import { QueryClientProvider } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { ApiProvider } from '../api/api-context.tsx';
import { connectApi } from '../api/client.ts';
import { createQueryClient } from '../api/polling.ts';
import { ColorModeProvider } from './color-mode.tsx';
import { answerOtherTabs, askOtherTabs, followAddress, forgetToken, openSession } from './session.ts';
import { Shell } from './shell.tsx';
import { Unopened } from './unopened.tsx';

/** The console, or the page of a tab without a token. */
export function Root() {
  const [token, setToken] = useState(openSession);
  const [isRefused, setRefused] = useState(false);
  const take = useCallback((given: string | null) => {
    setToken(given);
    setRefused(false);
  }, []);
  useEffect(() => followAddress(take), [take]);
  // The page of a refused token stays, with what was read, until another tab has the token of the new start.
  useEffect(
    () => (token === null || isRefused ? askOtherTabs(take) : answerOtherTabs(token)),
    [token, isRefused, take],
  );
  if (token === null)
    return (
      <ColorModeProvider>
        <Unopened />
      </ColorModeProvider>
    );
  const refuse = () => {
    forgetToken(token);
    setRefused(true);
  };
  return (
    <ColorModeProvider>
      <Opened key={token} token={token} onRefused={refuse} />
    </ColorModeProvider>
  );
}

function Opened({ token, onRefused }: { token: string; onRefused: () => void }) {
  const [api] = useState(() => connectApi(token, onRefused));
  const [client] = useState(createQueryClient);
  return (
    <ApiProvider api={api}>
      <QueryClientProvider client={client}>
        <Shell />
      </QueryClientProvider>
    </ApiProvider>
  );
}
