import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
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
  // A request of an earlier token may fail late, so all refused tokens count, not the last refusal.
  const [refused, setRefused] = useState<readonly string[]>([]);
  const isUsable = token !== null && !refused.includes(token);
  useEffect(() => followAddress(setToken), []);
  // The page of a refused token stays, with what was read, until another tab has the token of the new start.
  useEffect(() => (isUsable ? answerOtherTabs(token) : askOtherTabs(setToken)), [token, isUsable]);
  const refuse = (one: string) => {
    forgetToken(one);
    setRefused((before) => (before.includes(one) ? before : [...before, one]));
  };
  return (
    <ColorModeProvider>
      {token === null ? <Unopened /> : <Opened key={token} token={token} onRefused={() => refuse(token)} />}
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
